-- What is due is claimed provider by provider: work that waits for a provider that is left alone is not even read.
CREATE INDEX charge_work_provider_due ON charge_work (provider, due_at);
DROP INDEX charge_work_due;
CREATE INDEX payment_operation_provider_due ON payment_operation (provider, due_at) WHERE due_at IS NOT NULL;
DROP INDEX payment_operation_due;
