-- A claim moves due_at behind its lease, and wrote each row and its two entries in the indexes anew. The index has not_before now, which
-- moves only when a charge is put off: a claim changes the row in its own page and no index.
-- An older process that still runs moves due_at alone. That is later than not_before, so nothing is missed.
ALTER TABLE charge_work ADD COLUMN not_before timestamptz NOT NULL DEFAULT now();
-- What is leased now may be due earlier, if its worker gives it back.
UPDATE charge_work SET not_before = least(due_at, now());
COMMENT ON COLUMN charge_work.due_at IS 'When it is to be claimed: while a worker has it, when its lease ends. In no index.';
COMMENT ON COLUMN charge_work.not_before IS 'Never later than due_at. Where the index finds what is due.';
DROP INDEX charge_work_provider_due;
CREATE INDEX charge_work_provider_due ON charge_work (provider, not_before);
