-- What operators have changed, by the API or by a page: who, what, and with which status it was answered.
SET LOCAL client_min_messages = warning;
CREATE TABLE IF NOT EXISTS operator_action (
    id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL DEFAULT now(),
    caller text        NOT NULL,
    method text        NOT NULL,
    path   text        NOT NULL,
    status integer     NOT NULL
);
