-- What customers are told: the record of it, and the queue of what is still to be sent.

CREATE TABLE notification (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind IN ('email', 'sms')),
    dedupe_key text        NOT NULL UNIQUE,
    user_id    text        NOT NULL,
    address    text,
    subject    text,
    template   text,
    fields     jsonb       NOT NULL,
    status     text        NOT NULL CHECK (status IN ('queued', 'sent', 'skipped', 'dead')),
    attempts   integer     NOT NULL DEFAULT 0,
    due_at     timestamptz NOT NULL DEFAULT now(),
    reason     text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at    timestamptz,
    CHECK (address IS NOT NULL OR status = 'skipped'),
    CHECK (kind <> 'email' OR subject IS NOT NULL AND template IS NOT NULL),
    CHECK ((status = 'sent') = (sent_at IS NOT NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX notification_due ON notification (due_at) WHERE status = 'queued';
COMMENT ON COLUMN notification.dedupe_key IS 'The event that is told of, or mail: or sms: and the caller''s idempotency key; also makes the Message-ID.';
COMMENT ON COLUMN notification.due_at IS 'When it is to be sent; while a sender has it, when its lease ends.';
COMMENT ON COLUMN notification.fields IS 'What the template needs; for a message in a caller''s own words, its body.';
