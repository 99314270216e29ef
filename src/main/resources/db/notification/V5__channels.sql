-- Messages of a team's own kinds. The rows there are kept a narrower rule, so none is read.
ALTER TABLE notification DROP CONSTRAINT notification_kind_check,
    ADD CONSTRAINT notification_kind CHECK (kind ~ '^[a-z][a-z0-9-]{0,29}$') NOT VALID;
COMMENT ON COLUMN notification.kind IS 'email, sms, or a kind of the team, whose route is notification-send-<kind>.';
COMMENT ON COLUMN notification.dedupe_key IS 'The event that is told of; channel:, the kind, a colon and that event; or mail: or sms: and the caller''s idempotency key. It also makes the Message-ID.';
CREATE INDEX notification_channel ON notification (kind, id) WHERE kind <> 'email';
