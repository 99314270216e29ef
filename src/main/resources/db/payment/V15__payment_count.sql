-- How many payments are in which state, and their sums, without reading them: each statement that adds or moves payments adds what
-- it changed, in its own transaction, so the sums are right after any crash. Rows are only added, so that nobody waits for another;
-- a timer folds them together. An index on payment.status would do the same and cost every move of a payment all its indexes.
CREATE TABLE payment_count (
    id                 bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status             text    NOT NULL,
    currency           char(3) NOT NULL,
    payments           bigint  NOT NULL,
    disputed_payments  bigint  NOT NULL,
    amount_minor       numeric NOT NULL,
    captured_minor     numeric NOT NULL,
    refunded_minor     numeric NOT NULL,
    disputed_minor     numeric NOT NULL,
    charged_back_minor numeric NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE FUNCTION count_new_payments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payment_count (status, currency, payments, disputed_payments, amount_minor, captured_minor, refunded_minor,
        disputed_minor, charged_back_minor)
    SELECT status, currency, count(*), count(*) FILTER (WHERE disputed_minor > 0), sum(amount_minor), sum(captured_minor),
        sum(refunded_minor), sum(disputed_minor), sum(charged_back_minor)
    FROM added GROUP BY status, currency;
    RETURN NULL;
END $$;

-- The guard of the state machine, the path and the counts, once a statement: as a trigger of each row the guard was a third of what
-- the database did for a payment. Nothing is known of how many rows there are, so that no row may look through all others.
CREATE FUNCTION move_payments() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    illegal record;
BEGIN
    WITH moved AS MATERIALIZED (
      SELECT a.id, r.status AS from_status, a.status AS to_status, a.reason
      FROM removed r JOIN added a ON a.id = r.id WHERE a.status <> r.status),
    told AS (
      INSERT INTO payment_transition (payment_id, from_status, to_status, reason)
      SELECT id, from_status, to_status, reason FROM moved),
    counted AS (
      INSERT INTO payment_count (status, currency, payments, disputed_payments, amount_minor, captured_minor, refunded_minor,
          disputed_minor, charged_back_minor)
      SELECT status, currency, sum(n), sum(n * (disputed_minor > 0)::int), sum(n * amount_minor), sum(n * captured_minor),
          sum(n * refunded_minor), sum(n * disputed_minor), sum(n * charged_back_minor)
      FROM (SELECT 1 AS n, * FROM added UNION ALL SELECT -1, * FROM removed) changed GROUP BY status, currency
      HAVING (sum(n), sum(n * (disputed_minor > 0)::int), sum(n * amount_minor), sum(n * captured_minor),
          sum(n * refunded_minor), sum(n * disputed_minor), sum(n * charged_back_minor)) <> (0, 0, 0, 0, 0, 0, 0))
    SELECT * INTO illegal FROM moved
    WHERE (from_status, to_status) NOT IN (SELECT from_status, to_status FROM payment_transition_rule) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payment % may not go from % to %', illegal.id, illegal.from_status, illegal.to_status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- Nothing is added between the first count and the triggers.
LOCK TABLE payment IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO payment_count (status, currency, payments, disputed_payments, amount_minor, captured_minor, refunded_minor,
    disputed_minor, charged_back_minor)
SELECT status, currency, count(*), count(*) FILTER (WHERE disputed_minor > 0), sum(amount_minor), sum(captured_minor),
    sum(refunded_minor), sum(disputed_minor), sum(charged_back_minor)
FROM payment GROUP BY status, currency;
CREATE TRIGGER payment_counted AFTER INSERT ON payment
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_new_payments();
DROP TRIGGER payment_status_update ON payment;
CREATE TRIGGER payment_moved AFTER UPDATE ON payment
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION move_payments();
CREATE OR REPLACE FUNCTION guard_payment_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a payment starts as pending, not as %', NEW.status USING ERRCODE = 'check_violation';
END $$;

-- Payments in a rare state are found by the way they took.
CREATE INDEX payment_transition_rare ON payment_transition (to_status, payment_id)
    WHERE to_status NOT IN ('processing', 'completed');
