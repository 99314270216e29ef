package io.payroute.payment.webhook.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * What became of a claim.
 *
 * @param outcome what follows
 * @param delay before the next attempt, for {@link Outcome#AGAIN}
 * @param startedAt of the attempt, by the clock of the database
 * @param statusCode of the answer; null when there was none
 * @param error a word; null when the delivery was taken
 */
record DeliveryResult(UUID delivery, int claim, Outcome outcome, Duration delay, Instant startedAt, Duration took,
        Integer statusCode, String error) {

    enum Outcome {
        DELIVERED,
        /** Not taken; there is another attempt. */
        AGAIN,
        /** Not taken, and that was the last attempt. */
        FAILED,
        /** The receiver says that it is there no more. */
        GONE,
        /** No attempt was made. */
        RELEASED
    }

    static DeliveryResult released(DueDelivery due) {
        return new DeliveryResult(due.id(), due.claim(), Outcome.RELEASED, Duration.ZERO, due.claimedAt(), Duration.ZERO, null,
                null);
    }
}
