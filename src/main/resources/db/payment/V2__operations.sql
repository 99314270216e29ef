-- Authorisation and capture, refunds, and where a payment's provider comes from.
ALTER TABLE payment
    ADD COLUMN capture              boolean NOT NULL DEFAULT true,
    ADD COLUMN provider_rule        text,
    ADD COLUMN captured_minor       bigint  NOT NULL DEFAULT 0,
    ADD COLUMN refund_claimed_minor bigint  NOT NULL DEFAULT 0,
    ADD COLUMN refunded_minor       bigint  NOT NULL DEFAULT 0,
    -- The cap that refunds by the API and refunds told by providers share, whatever writes.
    ADD CONSTRAINT payment_refund_cap CHECK (0 <= refunded_minor AND refunded_minor <= refund_claimed_minor
        AND refund_claimed_minor <= captured_minor AND captured_minor <= amount_minor);
COMMENT ON COLUMN payment.capture IS 'False: authorise only; the money moves with a capture.';
COMMENT ON COLUMN payment.provider_rule IS 'The rule that chose the provider, see provider-rules.yaml.';
COMMENT ON COLUMN payment.refund_claimed_minor IS 'Refunds that have succeeded or may still succeed.';
UPDATE payment SET captured_minor = amount_minor WHERE status = 'completed';
-- Lists go newest first, of one user or of all.
CREATE INDEX payment_created ON payment (created_at, id);
CREATE INDEX payment_user ON payment (user_id, created_at, id);

-- What was asked for after the charge: captures, cancellations, refunds. While due_at is set there is something to do; a worker
-- claims a row by moving due_at behind its lease.
CREATE TABLE payment_operation (
    id           uuid        PRIMARY KEY,
    payment_id   uuid        NOT NULL REFERENCES payment,
    kind         text        NOT NULL CHECK (kind IN ('capture', 'cancel', 'refund')),
    amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
    status       text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'failed')),
    reason       text,
    -- Who asked for it: a caller of the API, or provider:<name> for one that the provider told of.
    requested_by text        NOT NULL,
    provider     text        NOT NULL,
    provider_reference text,
    due_at       timestamptz DEFAULT now(),
    attempts     integer     NOT NULL DEFAULT 0,
    queries      integer     NOT NULL DEFAULT 0,
    sent_at      timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    CHECK ((status = 'pending') = (ended_at IS NULL)),
    CHECK (status = 'pending' OR due_at IS NULL)
);
CREATE INDEX payment_operation_payment ON payment_operation (payment_id);
CREATE INDEX payment_operation_due ON payment_operation (due_at) WHERE due_at IS NOT NULL;
-- A payment is captured or cancelled by one request at a time.
CREATE UNIQUE INDEX payment_operation_single ON payment_operation (payment_id)
    WHERE kind IN ('capture', 'cancel') AND status = 'pending';
-- A refund that a provider tells of is counted once, whoever made it.
CREATE UNIQUE INDEX payment_operation_reference ON payment_operation (provider, provider_reference)
    WHERE kind = 'refund' AND provider_reference IS NOT NULL;
ALTER TABLE provider_call ADD COLUMN operation_id uuid;

-- The parts of a payment's story that no other table tells: the choice of a provider, what operators did, mails.
CREATE TABLE payment_event (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id uuid        NOT NULL,
    type       text        NOT NULL,
    detail     jsonb,
    at         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX payment_event_payment ON payment_event (payment_id);

-- Every POST can be repeated under its key; the first answer belongs to the payment, operation or endpoint that it made.
ALTER TABLE idempotency_key RENAME COLUMN payment_id TO resource_id;

-- The sandbox's books grow by authorisations, captures, cancellations and refunds.
ALTER TABLE sandbox_charge ADD COLUMN operation text NOT NULL DEFAULT 'charge', ADD COLUMN payment_key text;
CREATE INDEX sandbox_charge_payment ON sandbox_charge (payment_key);
-- A provider's event names the payment by the provider's own id, which an answer to one of our calls has told.
CREATE INDEX provider_call_reference ON provider_call (provider, detail)
    WHERE outcome IN ('completed', 'authorized', 'pending');
