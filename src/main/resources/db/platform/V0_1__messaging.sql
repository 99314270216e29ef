-- One definition for every role's database: what is to be published, what has been consumed, what could not be handled.

CREATE TABLE outbox (
    shard        smallint    NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    topic        text        NOT NULL,
    message_key  bytea,
    event_id     text        NOT NULL,
    event_type   text        NOT NULL,
    content_type text        NOT NULL,
    headers      jsonb,
    payload      bytea       NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
COMMENT ON TABLE outbox IS 'Events committed with the state they tell of; the relay deletes a row in the transaction in which Kafka acknowledged it.';

CREATE TABLE inbox (
    consumer    text        NOT NULL,
    event_id    text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_received_at ON inbox USING brin (received_at);
COMMENT ON TABLE inbox IS 'Events whose effect is committed; a second delivery finds its row and has none.';

CREATE TABLE dead_letter (
    id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source           text        NOT NULL,
    source_partition integer,
    source_offset    bigint,
    message_key      bytea,
    event_id         text        NOT NULL,
    event_type       text        NOT NULL,
    content_type     text        NOT NULL,
    payload          bytea       NOT NULL,
    route_id         text        NOT NULL,
    cause            text        NOT NULL,
    attempts         integer     NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    replayed_at      timestamptz,
    replays          integer     NOT NULL DEFAULT 0,
    UNIQUE (source, event_id)
);
CREATE INDEX dead_letter_waiting ON dead_letter (created_at) WHERE replayed_at IS NULL;
COMMENT ON COLUMN dead_letter.source IS 'The topic, or for work that never was a message its kind, such as notification.email.';
