-- What there is of each product, and what each order holds or has taken of it.

CREATE TABLE stock (
    product_id      text        PRIMARY KEY,
    available       integer     NOT NULL DEFAULT 0 CHECK (available >= 0),
    hidden          boolean     NOT NULL DEFAULT false,
    version         bigint      NOT NULL DEFAULT 0,
    product_version bigint      NOT NULL DEFAULT 0,
    updated_at      timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON COLUMN stock.available IS 'Pieces that are neither reserved nor sold.';
COMMENT ON COLUMN stock.version IS 'Rises with each change of available that is told.';
COMMENT ON COLUMN stock.product_version IS 'Of the last event about the product that was applied; one with a lower or the same is late, or repeated.';

CREATE TABLE reservation (
    order_id   text        PRIMARY KEY,
    status     text        NOT NULL CHECK (status IN ('reserved', 'committed', 'released', 'expired')),
    items      jsonb       NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (status <> 'reserved' OR expires_at IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX reservation_created_at ON reservation USING brin (created_at);
COMMENT ON COLUMN reservation.status IS 'In no index: it changes with every order.';
COMMENT ON COLUMN reservation.items IS 'Pieces by product; none of an order that was released before it was reserved.';

-- What is to expire, in a narrow table beside the record: a row for each reservation that is reserved.
CREATE TABLE reservation_expiry (
    order_id text        PRIMARY KEY,
    due_at   timestamptz NOT NULL,
    claims   integer     NOT NULL DEFAULT 0
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX reservation_expiry_due ON reservation_expiry (due_at);
COMMENT ON COLUMN reservation_expiry.due_at IS 'When the reservation ends; while a process has it, when its lease ends.';

CREATE TABLE stock_change (
    idempotency_key text        PRIMARY KEY,
    product_id      text        NOT NULL,
    delta           integer     NOT NULL,
    new_stock       integer     NOT NULL,
    changed_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stock_change_changed_at ON stock_change USING brin (changed_at);
COMMENT ON TABLE stock_change IS 'Changes of a stock that came with a key: a repetition finds its answer.';
