-- How many messages a recipient may get in which time.

CREATE TABLE recipient (
    recipient    text        PRIMARY KEY,
    booked_until timestamptz NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX recipient_booked_until ON recipient USING brin (booked_until);
COMMENT ON TABLE recipient IS 'Each message books a share of time, the period divided by the limit; what is booked further ahead than a period waits. A row whose time is over says nothing.';
COMMENT ON COLUMN recipient.recipient IS 'A number, or an address in lower case without its +part, which reaches the same mailbox.';
