-- The provider lists a payment as disputed, and nothing of that was heard here.
ALTER TABLE reconciliation_entry ADD COLUMN disputed boolean NOT NULL DEFAULT false;
ALTER TABLE reconciliation_difference
    DROP CONSTRAINT reconciliation_difference_kind_check,
    ADD CONSTRAINT reconciliation_difference_kind_check
        CHECK (kind IN ('missing', 'extra', 'amount', 'status', 'refund', 'dispute'));
