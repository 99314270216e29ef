-- What a repeated request is known by, in the database of every role. That of the role payment has had it since its first version.
SET LOCAL client_min_messages = warning;
CREATE TABLE IF NOT EXISTS idempotency_key (
    caller          text        NOT NULL,
    idempotency_key text        NOT NULL,
    request_hash    bytea       NOT NULL,
    resource_id     uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, idempotency_key)
);
CREATE INDEX IF NOT EXISTS idempotency_key_created_at ON idempotency_key USING brin (created_at);
