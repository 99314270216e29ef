-- Money that a provider takes back, or may: disputes, chargebacks, reversals. One row for each of them, by the provider's own id;
-- the sums and the word on the payment are made from these rows, in the same statement that changes one.
CREATE TABLE payment_dispute (
    id              uuid        PRIMARY KEY,
    payment_id      uuid        NOT NULL REFERENCES payment,
    provider        text        NOT NULL,
    reference       text        NOT NULL,
    status          text        NOT NULL CHECK (status IN ('open', 'under_review', 'won', 'lost', 'closed')),
    amount_minor    bigint      NOT NULL CHECK (amount_minor > 0),
    withdrawn_minor bigint      NOT NULL DEFAULT 0 CHECK (withdrawn_minor BETWEEN 0 AND amount_minor),
    reason          text,
    status_order    bigint      NOT NULL,
    funds_order     bigint,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    UNIQUE (provider, reference),
    CHECK ((status IN ('won', 'lost', 'closed')) = (ended_at IS NOT NULL))
);
COMMENT ON COLUMN payment_dispute.withdrawn_minor IS 'What the provider has taken away and not given back.';
COMMENT ON COLUMN payment_dispute.status_order IS 'Where the event that set the state stands among the provider''s; an earlier one changes nothing.';
COMMENT ON COLUMN payment_dispute.funds_order IS 'The same for what was taken away or given back.';
CREATE INDEX payment_dispute_payment ON payment_dispute (payment_id);
CREATE INDEX payment_dispute_open ON payment_dispute (created_at) WHERE ended_at IS NULL;

ALTER TABLE payment
    ADD COLUMN disputed_minor     bigint NOT NULL DEFAULT 0,
    ADD COLUMN charged_back_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN dispute_status     text,
    ADD CONSTRAINT payment_dispute_amounts CHECK (disputed_minor >= 0 AND charged_back_minor >= 0),
    -- What is failed holds no money, also when it had been captured before.
    ADD CONSTRAINT payment_failed_holds_nothing CHECK (status <> 'failed' OR captured_minor = 0);
COMMENT ON COLUMN payment.disputed_minor IS 'Contested in disputes that have not ended.';
COMMENT ON COLUMN payment.charged_back_minor IS 'Taken away by the provider and not given back; may be refunded money, too.';

-- The money of a capture did not come after all.
INSERT INTO payment_transition_rule VALUES ('completed', 'failed');
