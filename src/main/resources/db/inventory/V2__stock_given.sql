ALTER TABLE stock ADD stock_given bigint NOT NULL DEFAULT 0, ADD stock_given_version bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN stock.stock_given IS 'Of the pieces that the product says were given to it in all, how many are in available, or were in it once.';
COMMENT ON COLUMN stock.stock_given_version IS 'Of the last event with such a sum. Where product_version is another, somebody who knows no sum has counted an event since.';
