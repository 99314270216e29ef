-- Every replaced secret signs until its own time is over: a second rotation does not end the first one's overlap.
CREATE TABLE webhook_old_secret (
    endpoint_id uuid        NOT NULL REFERENCES webhook_endpoint,
    secret      bytea       NOT NULL,
    until       timestamptz NOT NULL,
    PRIMARY KEY (endpoint_id, secret)
);
COMMENT ON COLUMN webhook_old_secret.secret IS 'Sealed with webhook.secrets-key, see SecretBox.java.';

INSERT INTO webhook_old_secret
SELECT id, previous_secret, previous_secret_until FROM webhook_endpoint WHERE previous_secret_until > now();
ALTER TABLE webhook_endpoint DROP COLUMN previous_secret, DROP COLUMN previous_secret_until;
