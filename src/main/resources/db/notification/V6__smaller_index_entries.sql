-- A payment and an address are looked up as a whole, so they are found by their hash: an entry has 24 bytes, where the words were 60.
-- Who looks one up compares the word, too.
DROP INDEX notification_payment, notification_address;
CREATE INDEX notification_payment ON notification (hashtext(fields->>'paymentId'), id);
CREATE INDEX notification_address ON notification (hashtext(address), id);
