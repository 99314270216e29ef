-- Orders, what they are of, and the way that each of them is on.
CREATE TABLE orders (
    id             uuid        PRIMARY KEY,
    user_id        text        NOT NULL,
    address        text        NOT NULL,
    method         text        NOT NULL,
    amount_minor   bigint      NOT NULL CHECK (amount_minor > 0),
    currency       text        NOT NULL,
    status         text        NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'PAID', 'FAILED', 'CANCELLED', 'REFUNDED')),
    reason         text,
    payment_id     uuid,
    payment_url    text,
    payment_secret text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
COMMENT ON COLUMN orders.amount_minor IS 'Minor units of the currency: the sum of the items as they were priced when the order was made.';
COMMENT ON COLUMN orders.status IS 'In no index: it changes with every order.';
CREATE INDEX orders_of_user ON orders (user_id, created_at DESC, id DESC);

CREATE TABLE order_item (
    order_id    uuid    NOT NULL REFERENCES orders ON DELETE CASCADE,
    position    integer NOT NULL,
    product_id  uuid    NOT NULL,
    name        text    NOT NULL,
    quantity    integer NOT NULL CHECK (quantity > 0),
    price_minor bigint  NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (order_id, position)
);

-- No state but PENDING leads to PAID, and none that has ended leads back.
CREATE FUNCTION order_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT ((OLD.status = 'PENDING' AND NEW.status IN ('PAID', 'FAILED', 'CANCELLED'))
            OR (OLD.status = 'PAID' AND NEW.status = 'REFUNDED')) THEN
        RAISE EXCEPTION 'order %: % does not become %', OLD.id, OLD.status, NEW.status;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER order_way BEFORE UPDATE OF status ON orders
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION order_way();

CREATE TABLE order_transition (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id    uuid        NOT NULL REFERENCES orders ON DELETE CASCADE,
    from_status text        NOT NULL,
    to_status   text        NOT NULL,
    reason      text,
    at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX order_transition_of ON order_transition (order_id, id);

-- What is still to be done for an order: a row leaves when nothing is. A claim touches no index.
CREATE TABLE order_saga (
    order_id     uuid        PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
    step         text        NOT NULL,
    due_at       timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    claim        integer     NOT NULL DEFAULT 0,
    failures     integer     NOT NULL DEFAULT 0,
    woken        boolean     NOT NULL DEFAULT false,
    since        timestamptz NOT NULL DEFAULT now(),
    reason       text,
    created_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
COMMENT ON COLUMN order_saga.claim IS 'Rises with each claim and each change from elsewhere: what comes of an older one is not taken.';
COMMENT ON COLUMN order_saga.woken IS 'An event about the payment came, and no step has asked for the payment since.';
COMMENT ON COLUMN order_saga.since IS 'When this step began.';
COMMENT ON COLUMN order_saga.reason IS 'Why the last attempt of this step failed, masked.';
CREATE INDEX order_saga_due ON order_saga (due_at);
