-- The trace that an event or a task belongs to while it waits in a table. Written only while traces are on, and never needed.
SET LOCAL client_min_messages = warning;
ALTER TABLE outbox ADD COLUMN IF NOT EXISTS traceparent text;
CREATE TABLE IF NOT EXISTS trace_context (
    id          text        PRIMARY KEY,
    traceparent text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS trace_context_created_at ON trace_context USING brin (created_at);
COMMENT ON TABLE trace_context IS 'By the id under which whoever goes on with a task finds it. Off the hot statements, and outside their transactions.';
