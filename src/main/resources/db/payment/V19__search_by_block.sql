-- Payments of a rare provider or method are found by the blocks that hold one. A few words in all payments: an entry for each payment
-- in a tree of its own was a tenth of what the database did to accept one, and what most payments have is found by their time.
DROP INDEX payment_provider, payment_method;
CREATE INDEX payment_word ON payment USING brin (provider text_bloom_ops (n_distinct_per_range = 16),
    method text_bloom_ops (n_distinct_per_range = 32)) WITH (pages_per_range = 32);
