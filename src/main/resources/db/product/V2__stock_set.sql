-- A new number of pieces is told to the inventory as the difference to what was shown, and shown until the inventory has added it.
ALTER TABLE product ADD stock_set_version bigint NOT NULL DEFAULT 0, ADD stock_given bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN product.stock_set_version IS 'Of the last change that said how many pieces there are: what the inventory announced before it knew of it is late.';
COMMENT ON COLUMN product.stock_given IS 'The sum of all these differences. Each event has it, so that one that is lost on its way is made up for by the next.';
