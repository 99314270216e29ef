-- Every event on topic payment.status-updated that this role wrote, so that nothing else is ever told to merchants and customers.
-- The database writes it with the event itself, whoever does. What has headers is a copy: a replay, or a dead letter.
CREATE TABLE announced_event (
    event_id     uuid        PRIMARY KEY,
    payload_hash bytea       NOT NULL,
    announced_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX announced_event_announced_at ON announced_event USING brin (announced_at);
COMMENT ON COLUMN announced_event.payload_hash IS 'SHA-256. An event with this id and another content is not ours.';

CREATE FUNCTION note_announced_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO announced_event (event_id, payload_hash) SELECT event_id::uuid, sha256(payload) FROM added
    WHERE event_type = 'io.payroute.payment.status-updated' AND headers IS NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_announced AFTER INSERT ON outbox
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_announced_events();

-- What is written and not yet published when this comes; but no replay, which had no headers until now: it may be forged.
INSERT INTO announced_event (event_id, payload_hash)
SELECT event_id::uuid, sha256(payload) FROM outbox o
WHERE event_type = 'io.payroute.payment.status-updated' AND headers IS NULL
  AND event_id ~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$'
  AND NOT EXISTS (SELECT 1 FROM dead_letter d WHERE d.event_id = o.event_id)
ON CONFLICT DO NOTHING;

-- Since when the table above is complete: an event from before is compared with its payment instead (AnnouncedEvents.java). One row,
-- until retention takes it. The clock is read while the new trigger keeps every other writer out of the outbox.
CREATE TABLE announced_since (
    since timestamptz NOT NULL
);
INSERT INTO announced_since VALUES (clock_timestamp());
