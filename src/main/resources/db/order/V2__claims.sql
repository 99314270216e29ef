-- A claim is a number that no other claim ever had, also where the row of an order has gone and come again.
CREATE SEQUENCE order_claim AS bigint;
SELECT setval('order_claim', coalesce((SELECT max(claim) FROM order_saga), 0) + 1);
ALTER TABLE order_saga ALTER claim TYPE bigint;
ALTER TABLE order_saga ALTER claim SET DEFAULT nextval('order_claim');
COMMENT ON COLUMN order_saga.claim IS 'Another one with each claim and each change from elsewhere: what comes of an older one is not taken.';
