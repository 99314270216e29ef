-- What is still to be sent, in a narrow table beside the record: as columns of notification each claim, lease and attempt wrote a
-- whole row and its six indexes anew. A claim touches no index here, and a message that is done leaves the table.
-- Before anything is read: a message that another process stores or ends meanwhile would be lost, or sent twice.
LOCK TABLE notification IN ACCESS EXCLUSIVE MODE;

CREATE TABLE notification_work (
    id           bigint      PRIMARY KEY,
    due_at       timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    attempts     integer     NOT NULL DEFAULT 0,
    unanswered   integer     NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    reason       text
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
COMMENT ON COLUMN notification_work.id IS 'The notification, whose status is queued.';
COMMENT ON COLUMN notification_work.leased_until IS 'Set while a sender has it; in no index, so that a claim writes none.';
COMMENT ON COLUMN notification_work.unanswered IS 'How often the mail server had the whole mail and did not say whether it took it.';
COMMENT ON COLUMN notification_work.reason IS 'Why the last attempt failed, masked; or what it waits for.';

INSERT INTO notification_work (id, due_at, attempts, unanswered, created_at, reason)
SELECT id, due_at, attempts, unanswered, created_at, reason FROM notification WHERE status = 'queued';
CREATE INDEX notification_work_due ON notification_work (due_at);

-- Whoever stores a message queues it, the version before this one included.
CREATE FUNCTION notification_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notification_work (id) SELECT id FROM stored WHERE status = 'queued';
    RETURN NULL;
END $$;
CREATE TRIGGER notification_queue AFTER INSERT ON notification REFERENCING NEW TABLE AS stored
    FOR EACH STATEMENT EXECUTE FUNCTION notification_queue();

-- The record: written once, and once more when it is known what became of the message, which touches no index unless it is dead.
-- Messages are sent in the order in which they stand in the table, many of a page at once: half of each page is left for that.
DROP INDEX notification_due, notification_not_sent;
ALTER TABLE notification SET (fillfactor = 50);
ALTER TABLE notification DROP COLUMN due_at,
    ADD COLUMN unsent text GENERATED ALWAYS AS (CASE WHEN status IN ('skipped', 'dead') THEN status END) STORED;
CREATE INDEX notification_unsent ON notification (unsent, id) WHERE unsent IS NOT NULL;
COMMENT ON COLUMN notification.status IS 'In no index: it changes with every message.';
COMMENT ON COLUMN notification.attempts IS 'In the end; until then notification_work has it, as it has what follows from failures.';
COMMENT ON COLUMN notification.reason IS 'Why the last attempt failed, masked; or why it is skipped.';
