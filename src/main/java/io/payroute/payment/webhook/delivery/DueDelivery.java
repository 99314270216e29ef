package io.payroute.payment.webhook.delivery;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.payroute.platform.LogSubject;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WorkTask;

/**
 * A claimed delivery.
 *
 * @param claim its number; whoever has an older one has lost the delivery
 * @param claimedAt by the clock of the database
 * @param claimedNanos {@link System#nanoTime} before the claim: time goes on from the database's by it
 * @param step attempts made in this round, before this one
 * @param secret sealed
 * @param oldSecrets those that were replaced and still sign, sealed
 */
record DueDelivery(UUID id, UUID endpointId, UUID paymentId, String eventId, String url, String payload, int claim,
        Instant claimedAt, long claimedNanos,
        int step,
        byte[] secret, List<byte[]> oldSecrets) implements WorkTask {

    /** The exchange's property that holds it. */
    static final String PROPERTY = "webhookDelivery";
    /** The exchange's property with the time when its request began, by the clock of the database. */
    static final String STARTED = "webhookStarted";

    static DueDelivery of(ResultSet row, long claimedNanos) throws SQLException {
        return new DueDelivery(row.getObject("id", UUID.class), row.getObject("endpoint_id", UUID.class),
                row.getObject("payment_id", UUID.class), row.getString("event_id"), row.getString("url"),
                row.getString("payload"), row.getInt("claims"), Sql.instant(row, "claimed_at"), claimedNanos,
                row.getInt("step"),
                row.getBytes("secret"),
                List.of((byte[][]) row.getArray("old_secrets").getArray()));
    }

    @Override
    public String logIds() {
        return LogSubject.id("paymentId", paymentId) + LogSubject.id("eventId", eventId)
                + LogSubject.id("endpointId", endpointId);
    }

    @Override
    public String traceKey() {
        return eventId;
    }

    @Override
    public String key() {
        return endpointId.toString();
    }

    /** By the clock of the database, as far as it is known here. */
    Instant now() {
        return claimedAt.plusNanos(System.nanoTime() - claimedNanos);
    }
}
