-- Keys of merchants' servers. Only the digest is kept: whoever reads this table can call nobody.
CREATE TABLE api_key (
    id           uuid        PRIMARY KEY,
    hash         bytea       NOT NULL CHECK (length(hash) = 32),
    name         text        NOT NULL,
    scope        text        NOT NULL,
    created_by   text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    expires_at   timestamptz,
    revoked_at   timestamptz
);
COMMENT ON COLUMN api_key.hash IS 'SHA-256 of the whole key, which is 256 bits of chance.';
COMMENT ON COLUMN api_key.scope IS 'Blank separated, as in the claim scope of a JWT.';
COMMENT ON COLUMN api_key.last_used_at IS 'To the minute or so.';

-- What is left of each user's share where processes share it (rate-limit.store=postgresql). It is worth nothing after a crash,
-- so it is not logged. The library writes id, state and expires_at (milliseconds since 1970).
CREATE UNLOGGED TABLE rate_limit_bucket (
    id         text   PRIMARY KEY,
    state      bytea,
    expires_at bigint
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
