-- A finding of a reconciliation is open until its repair was applied, a later run over its days has looked again, or a person closed
-- it and said why. Those from before were nobody's: an upgrade does not open them.
ALTER TABLE reconciliation_difference ADD COLUMN found_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN closed_at timestamptz,
    ADD COLUMN closed_by text, ADD COLUMN closed_reason text;
UPDATE reconciliation_difference SET closed_at = now(), closed_by = 'upgrade',
    closed_reason = 'Found before an upgrade that brought findings which stay open until they are closed.';
ALTER TABLE reconciliation_difference ADD CHECK ((closed_at IS NULL) = (closed_by IS NULL));
CREATE INDEX reconciliation_difference_open ON reconciliation_difference (found_at) WHERE closed_at IS NULL;
CREATE INDEX payment_event_conflict_closed ON payment_event (at) WHERE type = 'provider.conflict-closed';
