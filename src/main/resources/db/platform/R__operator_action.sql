-- What operators have changed, by the API or by a page: who and what, written before it is done, and with which status it was
-- answered; null while it is under way, and where the process ended before it answered. The reason is that of a page's form.
SET LOCAL client_min_messages = warning;
CREATE TABLE IF NOT EXISTS operator_action (
    id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL DEFAULT now(),
    caller text        NOT NULL,
    method text        NOT NULL,
    path   text        NOT NULL,
    status integer
);
ALTER TABLE operator_action ALTER COLUMN status DROP NOT NULL;
ALTER TABLE operator_action ADD COLUMN IF NOT EXISTS reason text;
