-- That a case is closed stands in the conflict itself, so that of two who close it one does. Before there were cases a conflict
-- counted for a week: older ones were nobody's any more, and an upgrade does not open them again. Their history says so.
WITH told AS (
    UPDATE payment_event c SET detail = detail || '{"closed": true}'
    WHERE type = 'provider.conflict' AND EXISTS (SELECT FROM payment_event d
        WHERE d.payment_id = c.payment_id AND d.type = 'provider.conflict-closed' AND (d.detail ->> 'conflict')::bigint = c.id)
    RETURNING payment_id, id
), old AS (
    UPDATE payment_event c SET detail = detail || '{"closed": true}'
    WHERE type = 'provider.conflict' AND at < now() - interval '7 days' AND NOT EXISTS (SELECT FROM payment_event d
        WHERE d.payment_id = c.payment_id AND d.type = 'provider.conflict-closed' AND (d.detail ->> 'conflict')::bigint = c.id)
    RETURNING payment_id, id
)
INSERT INTO payment_event (payment_id, type, detail)
SELECT payment_id, 'provider.conflict-closed', jsonb_build_object('conflict', id, 'by', 'upgrade', 'reason',
    'Older than a week when an upgrade brought cases that stay open until they are closed.')
FROM old;
