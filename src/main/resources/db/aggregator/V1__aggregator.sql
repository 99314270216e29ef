-- Every provider's payments, as their events have them, and each event in the order of the commits.

CREATE TABLE payment (
    payment_id     text        NOT NULL,
    provider       text        NOT NULL,
    status         text        NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'refunded')),
    ladder         text        NOT NULL CHECK (ladder IN ('pending', 'authorized', 'failed', 'cancelled', 'completed', 'capture_failed')),
    amount_minor   bigint      CHECK (amount_minor > 0),
    currency       text,
    parts          jsonb       NOT NULL DEFAULT '{}',
    dispute        text,
    customer_email text,
    metadata       jsonb       NOT NULL DEFAULT '{}',
    topic          text        NOT NULL,
    created_at     timestamptz NOT NULL,
    processed_at   timestamptz NOT NULL,
    first_seq      bigint      NOT NULL,
    seq            bigint      NOT NULL,
    PRIMARY KEY (payment_id, provider),
    CHECK ((amount_minor IS NULL) = (currency IS NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE UNIQUE INDEX payment_listed ON payment (provider, status, first_seq);
CREATE UNIQUE INDEX payment_seq ON payment (seq);
CREATE INDEX payment_processed_at ON payment USING brin (processed_at);
COMMENT ON COLUMN payment.payment_id IS 'The provider''s own id.';
COMMENT ON COLUMN payment.ladder IS 'How far it has come, without its refunds; it goes up only.';
COMMENT ON COLUMN payment.parts IS 'Minor units of each capture (c:reference) and refund (r:reference); 0 is one that failed after all.';
COMMENT ON COLUMN payment.first_seq IS 'Of the event that it was known by; never changes, so that lists can be paged by it.';
COMMENT ON COLUMN payment.seq IS 'Of the event that changed it last.';

CREATE TABLE payment_event (
    seq         bigint      PRIMARY KEY,
    provider    text        NOT NULL,
    payment_id  text        NOT NULL,
    event_id    text        NOT NULL,
    kind        text        NOT NULL,
    effect      text        NOT NULL CHECK (effect IN ('applied', 'no_effect', 'ignored')),
    topic       text        NOT NULL,
    status      text,
    payload     bytea,
    received_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((effect = 'applied') = (payload IS NOT NULL))
);
CREATE INDEX payment_event_received_at ON payment_event USING brin (received_at);
COMMENT ON COLUMN payment_event.effect IS 'no_effect: it came again, or too late to say anything. ignored: the provider''s file says that it means nothing.';
COMMENT ON COLUMN payment_event.payload IS 'payment.Payment as it was then.';

CREATE TABLE payment_total (
    provider text   NOT NULL,
    status   text   NOT NULL,
    total    bigint NOT NULL,
    PRIMARY KEY (provider, status)
) WITH (fillfactor = 10);
COMMENT ON TABLE payment_total IS 'How many payments there are; by a trigger, in the transaction that makes, changes or removes them.';

CREATE FUNCTION payment_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO payment_total AS t SELECT provider, status, count(*) FROM added GROUP BY provider, status ORDER BY provider, status
        ON CONFLICT (provider, status) DO UPDATE SET total = t.total + excluded.total;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO payment_total AS t SELECT provider, status, -count(*) FROM gone GROUP BY provider, status ORDER BY provider, status
        ON CONFLICT (provider, status) DO UPDATE SET total = t.total + excluded.total;
    ELSE
        INSERT INTO payment_total AS t SELECT provider, status, sum(n) FROM (
            SELECT provider, status, 1 AS n FROM added UNION ALL SELECT provider, status, -1 FROM gone) AS moved
        GROUP BY provider, status HAVING sum(n) <> 0 ORDER BY provider, status
        ON CONFLICT (provider, status) DO UPDATE SET total = t.total + excluded.total;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_added AFTER INSERT ON payment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION payment_counted();
CREATE TRIGGER payment_moved AFTER UPDATE ON payment REFERENCING NEW TABLE AS added OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION payment_counted();
-- Retention waits for who writes: both lock payments and totals, each in an order of its own.
CREATE FUNCTION payment_removed_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4750158);
    RETURN NULL;
END $$;
CREATE TRIGGER payment_leaves BEFORE DELETE ON payment FOR EACH STATEMENT EXECUTE FUNCTION payment_removed_alone();
CREATE TRIGGER payment_gone AFTER DELETE ON payment REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION payment_counted();

CREATE TABLE position (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    last bigint  NOT NULL
) WITH (fillfactor = 10);
COMMENT ON TABLE position IS 'The last seq. Who writes payments holds an advisory lock until it has committed, so seq is the order of the commits.';

CREATE TABLE raw_topic (
    topic    text        PRIMARY KEY,
    known_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE raw_topic IS 'Topics from which an event came.';
