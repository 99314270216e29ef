-- Outcomes that the team's hook payment-after-outcome is to be told; without one the table stays empty.
CREATE TABLE outcome_hook (
    event_id   text        PRIMARY KEY,
    payment_id uuid        NOT NULL,
    event      bytea       NOT NULL,
    due_at     timestamptz NOT NULL DEFAULT now(),
    claims     integer     NOT NULL DEFAULT 0,
    failures   integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX outcome_hook_due ON outcome_hook (due_at);
COMMENT ON COLUMN outcome_hook.claims IS 'How often a worker took it; a worker that lost its lease is known by an older number.';
COMMENT ON COLUMN outcome_hook.failures IS 'How often the hook failed; after the last one it is a dead letter.';
