-- What a customer needs to confirm a payment that its provider waits for. It is told while the payment is neither done nor off.
CREATE TABLE payment_action (
    payment_id    uuid        PRIMARY KEY REFERENCES payment,
    provider      text        NOT NULL,
    url           text,
    client_secret text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CHECK (url IS NOT NULL OR client_secret IS NOT NULL)
);
COMMENT ON COLUMN payment_action.client_secret IS 'For the provider''s own script in the customer''s browser; it confirms this one payment.';
