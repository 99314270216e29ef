package io.payroute.payment.reconciliation;

import java.time.Instant;
import java.util.UUID;

import io.payroute.platform.work.WorkTask;

/**
 * One run of a comparison.
 *
 * @param phase {@code list}, {@code compare}, {@code repair} or {@code report}
 * @param cursor where the next page of the provider's list begins; null at its beginning
 * @param listed entries of the provider's list so far
 * @param differences their number by kind as JSON; null before they were counted
 * @param reason of a failure
 */
public record Reconciliation(UUID id, String provider, Instant from, Instant to, boolean repair, String requestedBy,
        String status,
        String phase, String cursor, long listed, String differences, String reason, int failures, Instant createdAt,
        Instant endedAt) implements WorkTask {

    @Override
    public String key() {
        return provider;
    }
}
