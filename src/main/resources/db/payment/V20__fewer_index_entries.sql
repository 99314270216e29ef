-- The rows that belong to a payment, and the attempts that belong to a delivery, are found by it and read in their order; no
-- statement looks for one by its number alone. One index does both, where a key and an index beside it were two for each row.
ALTER TABLE payment_transition DROP CONSTRAINT payment_transition_pkey, ADD PRIMARY KEY (payment_id, id);
DROP INDEX payment_transition_payment;
ALTER TABLE provider_call DROP CONSTRAINT provider_call_pkey, ADD PRIMARY KEY (payment_id, id);
DROP INDEX provider_call_payment;
ALTER TABLE payment_event DROP CONSTRAINT payment_event_pkey, ADD PRIMARY KEY (payment_id, id);
DROP INDEX payment_event_payment;
ALTER TABLE webhook_attempt DROP CONSTRAINT webhook_attempt_pkey, ADD PRIMARY KEY (delivery_id, id);
DROP INDEX webhook_attempt_delivery;

-- The key of a charge is its payment: only what follows on a charge must be found by the payment, too.
DROP INDEX sandbox_charge_payment;
CREATE INDEX sandbox_charge_payment ON sandbox_charge (payment_key) WHERE operation NOT IN ('charge', 'authorize');

-- A batch changes many rows of a page together, and each costs least where it finds room in its own page.
ALTER TABLE payment SET (fillfactor = 65);
ALTER TABLE charge_work SET (fillfactor = 50);
