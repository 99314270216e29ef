-- Webhooks to merchants: who wants to hear what, and what was sent to whom.
CREATE TABLE webhook_endpoint (
    id                    uuid        PRIMARY KEY,
    owner                 text        NOT NULL,
    url                   text        NOT NULL,
    description           text,
    events                text[],
    alert_email           text,
    status                text        NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled', 'deleted')),
    disabled_reason       text        CHECK (disabled_reason IN ('owner', 'gone', 'failing')),
    disabled_at           timestamptz,
    secret                bytea,
    previous_secret       bytea,
    previous_secret_until timestamptz,
    failing_since         timestamptz,
    alert_due_at          timestamptz,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    CHECK ((status = 'disabled') = (disabled_at IS NOT NULL)),
    CHECK ((status = 'deleted') = (secret IS NULL)),
    CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);
CREATE INDEX webhook_endpoint_owner ON webhook_endpoint (owner, created_at);
CREATE INDEX webhook_endpoint_alert ON webhook_endpoint (alert_due_at) WHERE alert_due_at IS NOT NULL;
COMMENT ON COLUMN webhook_endpoint.owner IS 'The caller who made it; no other caller sees it.';
COMMENT ON COLUMN webhook_endpoint.events IS 'The types it wants; null: all.';
COMMENT ON COLUMN webhook_endpoint.secret IS 'Sealed with webhook.secrets-key, see SecretBox.java.';
COMMENT ON COLUMN webhook_endpoint.failing_since IS 'The first failure since the last success.';
COMMENT ON COLUMN webhook_endpoint.alert_due_at IS 'A mail about its disabling is to be sent then.';

-- One event for one endpoint. While it is pending a worker claims it by moving due_at behind its lease.
CREATE TABLE webhook_delivery (
    id              uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    endpoint_id     uuid        NOT NULL REFERENCES webhook_endpoint,
    payment_id      uuid        NOT NULL,
    event_id        text        NOT NULL,
    type            text        NOT NULL,
    payload         text        NOT NULL,
    status          text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed', 'discarded')),
    due_at          timestamptz NOT NULL DEFAULT now(),
    claims          integer     NOT NULL DEFAULT 0,
    claimed_at      timestamptz,
    step            integer     NOT NULL DEFAULT 0,
    attempts        integer     NOT NULL DEFAULT 0,
    last_attempt_at timestamptz,
    redelivery      uuid,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (endpoint_id, event_id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE status = 'pending';
CREATE INDEX webhook_delivery_list ON webhook_delivery (endpoint_id, created_at, id);
CREATE INDEX webhook_delivery_payment ON webhook_delivery (payment_id);
CREATE INDEX webhook_delivery_created ON webhook_delivery USING brin (created_at);
COMMENT ON COLUMN webhook_delivery.id IS 'Also the header webhook-id: the same for every attempt.';
COMMENT ON COLUMN webhook_delivery.payload IS 'The bytes that are signed and sent, the same for every attempt.';
COMMENT ON COLUMN webhook_delivery.claims IS 'How often a worker took it; a worker that lost its lease is known by an older number.';
COMMENT ON COLUMN webhook_delivery.step IS 'Attempts of the current round through the retry schedule; a redelivery begins a new round.';
COMMENT ON COLUMN webhook_delivery.redelivery IS 'The request that last asked for it to be sent again.';

CREATE TABLE webhook_attempt (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id uuid        NOT NULL REFERENCES webhook_delivery ON DELETE CASCADE,
    started_at  timestamptz NOT NULL,
    duration_ms integer     NOT NULL,
    status_code integer,
    error       text
);
CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery_id);
