-- Who had the routes changed, what changed and what came of it; lists have a line each.
SET LOCAL client_min_messages = warning;
CREATE TABLE IF NOT EXISTS route_reload (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            timestamptz NOT NULL,
    caller        text        NOT NULL,
    result        text        NOT NULL,
    added         text        NOT NULL,
    replaced      text        NOT NULL,
    removed       text        NOT NULL,
    needs_restart text        NOT NULL,
    diff          text        NOT NULL,
    errors        text        NOT NULL
);
