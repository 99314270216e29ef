-- A payment that waits for its customer, and that nobody waits for any more.
ALTER TABLE charge_work ADD COLUMN given_up boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN charge_work.given_up IS 'The next status query ends it at the provider, unless the customer has confirmed it.';
