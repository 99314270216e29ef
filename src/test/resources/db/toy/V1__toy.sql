CREATE TABLE greeting (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL,
    greeted_at timestamptz NOT NULL DEFAULT now()
);
