-- What a message's attempts came to, and the indexes of GET /api/v1/notifications.

ALTER TABLE notification ADD COLUMN unanswered integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN notification.unanswered IS 'How often the mail server had the whole mail and did not say whether it took it.';
COMMENT ON COLUMN notification.reason IS 'Why the last attempt failed, masked; why it is skipped; or what it waits for.';

CREATE INDEX notification_payment ON notification ((fields->>'paymentId'), id);
CREATE INDEX notification_address ON notification (address, id);
CREATE INDEX notification_not_sent ON notification (status, id) WHERE status <> 'sent';
