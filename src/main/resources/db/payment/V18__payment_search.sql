-- What people look for payments by, in the order of the list. None of these columns changes when a payment moves (a provider only
-- when it fails over), so that an update still touches no index: a payment's reference at its provider, which does change, is
-- found by provider_call_reference. The id is left out for its size; payments of one instant are few.
CREATE INDEX payment_order ON payment (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX payment_email ON payment (email, created_at) WHERE email IS NOT NULL;
CREATE INDEX payment_provider ON payment (provider, created_at);
CREATE INDEX payment_method ON payment (method, created_at);
CREATE INDEX payment_amount ON payment (amount_minor, created_at);
