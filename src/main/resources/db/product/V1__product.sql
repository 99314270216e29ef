-- What is for sale, and what was: orders keep what they are of, so nothing is deleted.
CREATE TABLE product (
    id            uuid        PRIMARY KEY,
    name          text        NOT NULL,
    description   text        NOT NULL,
    price_minor   bigint      NOT NULL CHECK (price_minor > 0),
    currency      text        NOT NULL,
    stock         integer     NOT NULL DEFAULT 0 CHECK (stock >= 0),
    stock_version bigint      NOT NULL DEFAULT 0,
    version       bigint      NOT NULL DEFAULT 1,
    hidden        boolean     NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    words         tsvector    NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', name || ' ' || description)) STORED
) WITH (fillfactor = 80);
COMMENT ON COLUMN product.price_minor IS 'Minor units of the currency.';
COMMENT ON COLUMN product.stock IS 'Pieces for sale, as the role inventory last announced them.';
COMMENT ON COLUMN product.stock_version IS 'Of the announcement: one with a lower version is late.';
COMMENT ON COLUMN product.version IS 'Rises with each change but those of the stock: a change of an older one is refused.';
CREATE INDEX product_for_sale ON product (created_at DESC, id DESC) WHERE NOT hidden;
CREATE INDEX product_words ON product USING gin (words);
