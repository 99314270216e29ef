-- What providers told us, signed: inbox and waiting room in one. A row is written once for each event of a provider, however often
-- it is sent, so a row must live longer than its provider repeats.
CREATE TABLE provider_event (
    id            uuid        PRIMARY KEY,
    provider      text        NOT NULL,
    event_id      text        NOT NULL,
    type          text,
    kind          text,
    payment_id    uuid,
    payload       bytea       NOT NULL,
    status        text        NOT NULL CHECK (status IN
        ('waiting', 'applied', 'no_effect', 'conflict', 'unmatched', 'unreadable', 'failed')),
    detail        text,
    received_at   timestamptz NOT NULL DEFAULT now(),
    waiting_since timestamptz NOT NULL DEFAULT now(),
    due_at        timestamptz,
    attempts      integer     NOT NULL DEFAULT 0,
    replays       integer     NOT NULL DEFAULT 0,
    applied_at    timestamptz,
    CHECK ((status = 'waiting') = (due_at IS NOT NULL)),
    UNIQUE (provider, event_id)
) WITH (fillfactor = 80);
COMMENT ON COLUMN provider_event.type IS 'The provider''s own word; kind is ours.';
COMMENT ON COLUMN provider_event.payload IS 'The provider''s own event, as it was signed.';
COMMENT ON COLUMN provider_event.detail IS 'Why it cannot be read or applied.';
COMMENT ON COLUMN provider_event.applied_at IS 'When it was decided what came of it; null while it waits.';
CREATE INDEX provider_event_due ON provider_event (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX provider_event_payment ON provider_event (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX provider_event_status ON provider_event (status, id);
CREATE INDEX provider_event_received_at ON provider_event USING brin (received_at);
