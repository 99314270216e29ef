-- Without the id, as in V18: payments of one instant are few, and sorting them costs less than 16 bytes an entry.
DROP INDEX payment_created, payment_user;
CREATE INDEX payment_created ON payment (created_at);
CREATE INDEX payment_user ON payment (user_id, created_at);
