CREATE TABLE payment (
    id                 uuid        PRIMARY KEY,
    user_id            text        NOT NULL,
    amount_minor       bigint      NOT NULL CHECK (amount_minor > 0),
    currency           char(3)     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    method             text        NOT NULL,
    provider           text        NOT NULL,
    provider_reference text,
    status             text        NOT NULL DEFAULT 'pending',
    reason             text,
    email              text,
    description        text,
    order_id           text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    processed_at       timestamptz
) WITH (fillfactor = 80);
COMMENT ON COLUMN payment.amount_minor IS 'Minor units of the currency, ISO 4217.';

-- The state machine, in the database too: whatever writes, no payment takes an illegal path. The same table stands in
-- PaymentStatus.java; a test compares the two.
CREATE TABLE payment_transition_rule (
    from_status text NOT NULL,
    to_status   text NOT NULL,
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO payment_transition_rule VALUES
    ('pending', 'processing'), ('pending', 'cancelled'),
    ('processing', 'completed'), ('processing', 'failed'), ('processing', 'unknown'), ('processing', 'authorized'),
    ('unknown', 'completed'), ('unknown', 'failed'), ('unknown', 'authorized'),
    ('authorized', 'completed'), ('authorized', 'cancelled'),
    ('completed', 'partially_refunded'), ('completed', 'refunded'),
    ('partially_refunded', 'refunded');

-- The path each payment took, written by the database itself.
CREATE TABLE payment_transition (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id  uuid        NOT NULL,
    from_status text        NOT NULL,
    to_status   text        NOT NULL,
    reason      text,
    at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX payment_transition_payment ON payment_transition (payment_id);

CREATE FUNCTION guard_payment_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' THEN
            RAISE EXCEPTION 'a payment starts as pending, not as %', NEW.status USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM payment_transition_rule WHERE from_status = OLD.status AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'payment % may not go from % to %', NEW.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO payment_transition (payment_id, from_status, to_status, reason)
    VALUES (NEW.id, OLD.status, NEW.status, NEW.reason);
    RETURN NEW;
END $$;
CREATE TRIGGER payment_status_insert BEFORE INSERT ON payment
    FOR EACH ROW WHEN (NEW.status <> 'pending') EXECUTE FUNCTION guard_payment_status();
CREATE TRIGGER payment_status_update BEFORE UPDATE ON payment
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION guard_payment_status();

CREATE TABLE idempotency_key (
    caller          text        NOT NULL,
    idempotency_key text        NOT NULL,
    request_hash    bytea       NOT NULL,
    payment_id      uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, idempotency_key)
);
CREATE INDEX idempotency_key_created_at ON idempotency_key USING brin (created_at);

-- Charges to be made, and charges whose answer is missing. A worker claims a row by moving due_at behind its lease.
CREATE TABLE charge_work (
    payment_id uuid        PRIMARY KEY REFERENCES payment,
    provider   text        NOT NULL,
    due_at     timestamptz NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0,
    queries    integer     NOT NULL DEFAULT 0,
    -- Set when a charge may have left this process and has no answer yet: ask, do not charge again.
    sent_at    timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX charge_work_due ON charge_work (due_at);

-- Every call to a provider and what came of it.
CREATE TABLE provider_call (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id uuid        NOT NULL,
    provider   text        NOT NULL,
    operation  text        NOT NULL,
    attempt    integer     NOT NULL,
    outcome    text        NOT NULL,
    detail     text,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL
);
CREATE INDEX provider_call_payment ON provider_call (payment_id);

-- The books of the sandbox provider, which stands for another company: a row is money moved. They survive a crash of the
-- application, as a provider's books would.
CREATE TABLE sandbox_charge (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    charge_key   text        NOT NULL,
    amount_minor bigint      NOT NULL,
    currency     char(3)     NOT NULL,
    status       text        NOT NULL,
    reason       text,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sandbox_charge_key ON sandbox_charge (charge_key);
