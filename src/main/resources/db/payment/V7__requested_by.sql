-- Who asked for a payment: a caller of the API, or "kafka" for one that came as a message. Part of the payment's story, as are its
-- dead letters, whose key is the payment's id.
ALTER TABLE payment ADD COLUMN requested_by text;
CREATE INDEX dead_letter_key ON dead_letter (message_key);
-- What contradicts our books, for an operator to find.
CREATE INDEX payment_event_conflict ON payment_event (at) WHERE type = 'provider.conflict';
