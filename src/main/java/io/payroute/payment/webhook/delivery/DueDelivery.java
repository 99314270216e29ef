package io.payroute.payment.webhook.delivery;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.payroute.messaging.Sql;

/**
 * A claimed delivery.
 *
 * @param claim its number; whoever has an older one has lost the delivery
 * @param claimedAt by the clock of the database
 * @param step attempts made in this round, before this one
 * @param secret sealed
 * @param oldSecrets those that were replaced and still sign, sealed
 */
record DueDelivery(UUID id, UUID endpointId, String url, String payload, int claim, Instant claimedAt, int step, byte[] secret,
        List<byte[]> oldSecrets) {

    /** The exchange's property that holds it. */
    static final String PROPERTY = "webhookDelivery";

    static DueDelivery of(ResultSet row) throws SQLException {
        return new DueDelivery(row.getObject("id", UUID.class), row.getObject("endpoint_id", UUID.class), row.getString("url"),
                row.getString("payload"), row.getInt("claims"), Sql.instant(row, "claimed_at"), row.getInt("step"),
                row.getBytes("secret"),
                List.of((byte[][]) row.getArray("old_secrets").getArray()));
    }
}
