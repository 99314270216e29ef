-- The team's hook before a charge (payment-before-charge). A charge is released once the hook let it go, or a person approved it, and
-- is not asked about again. Where the hook is replaced, a charge that is not released is claimed without being marked as sent.
ALTER TABLE charge_work
    ADD COLUMN released      boolean NOT NULL DEFAULT false,
    -- How often the hook failed, for growing pauses; no attempt at the provider.
    ADD COLUMN hook_failures integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN charge_work.released IS 'The hook before the charge let it go, or a person approved it.';

-- Payments that the hook holds, until a person decides.
CREATE TABLE payment_review (
    payment_id uuid        PRIMARY KEY REFERENCES payment,
    reason     text        NOT NULL,
    held_at    timestamptz NOT NULL DEFAULT now()
);
INSERT INTO payment_transition_rule VALUES
    ('processing', 'review'), ('unknown', 'review'),
    ('review', 'processing'), ('review', 'failed'), ('review', 'cancelled');
