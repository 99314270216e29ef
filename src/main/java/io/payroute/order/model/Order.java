package io.payroute.order.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.payroute.money.Money;

/**
 * An order as stored. Optional values are null.
 *
 * @param amount the sum of its items
 * @param method how it is paid
 * @param reason why it failed or was cancelled
 * @param paymentUrl where the customer has to confirm the payment, if he has to
 */
public record Order(UUID id, String userId, String address, String method, Money amount, OrderStatus status, String reason,
        UUID paymentId, String paymentUrl, String paymentSecret, List<Item> items, Instant createdAt, Instant updatedAt) {

    /** @param priceMinor of one piece, in minor units of the order's currency, as it was when the order was made */
    public record Item(UUID productId, String name, int quantity, long priceMinor) {
    }
}
