-- Comparisons of our payments with a provider's list of a period. A run goes through its phases in order; each is repeatable, and
-- a run whose process died is taken up again when its lease (due_at) is over.
CREATE TABLE reconciliation (
    id           uuid        PRIMARY KEY,
    provider     text        NOT NULL,
    from_at      timestamptz NOT NULL,
    to_at        timestamptz NOT NULL CHECK (to_at > from_at),
    repair       boolean     NOT NULL,
    requested_by text        NOT NULL,
    status       text        NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
    phase        text        NOT NULL DEFAULT 'list' CHECK (phase IN ('list', 'compare', 'repair', 'report')),
    -- Where the next page of the provider's list begins.
    cursor       text,
    listed       bigint      NOT NULL DEFAULT 0,
    differences  jsonb,
    reason       text,
    failures     integer     NOT NULL DEFAULT 0,
    -- What has changed since is still on its way, and is not compared.
    settled_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL DEFAULT now(),
    created_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    CHECK ((status = 'running') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX reconciliation_daily ON reconciliation (provider, from_at, to_at) WHERE requested_by = 'schedule';
CREATE INDEX reconciliation_due ON reconciliation (due_at) WHERE status = 'running';
CREATE INDEX reconciliation_created ON reconciliation (created_at);

-- The provider's list; only while a run needs it.
CREATE TABLE reconciliation_entry (
    reconciliation_id uuid        NOT NULL REFERENCES reconciliation ON DELETE CASCADE,
    reference         text        NOT NULL,
    payment_id        uuid,
    amount_minor      bigint      NOT NULL,
    currency          char(3)     NOT NULL,
    status            text        NOT NULL,
    captured_minor    bigint      NOT NULL,
    refunded_minor    bigint      NOT NULL,
    refunds           jsonb       NOT NULL,
    created_at        timestamptz NOT NULL,
    PRIMARY KEY (reconciliation_id, reference)
);

CREATE TABLE reconciliation_difference (
    id                bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reconciliation_id uuid        NOT NULL REFERENCES reconciliation ON DELETE CASCADE,
    kind              text        NOT NULL CHECK (kind IN ('missing', 'extra', 'amount', 'status', 'refund')),
    payment_id        uuid,
    reference         text,
    our_currency      char(3),
    their_currency    char(3),
    our_status        text,
    their_status      text,
    our_minor         bigint,
    their_minor       bigint,
    our_captured      bigint,
    their_captured    bigint,
    our_refunded      bigint,
    their_refunded    bigint,
    -- An unknown charge that the provider would know by now, had it been made.
    surely_absent     boolean     NOT NULL DEFAULT false,
    -- What came of the repair; null when there was none.
    effect            text
);
CREATE INDEX reconciliation_difference_run ON reconciliation_difference (reconciliation_id, id);
CREATE INDEX sandbox_charge_created ON sandbox_charge USING brin (created_at);
