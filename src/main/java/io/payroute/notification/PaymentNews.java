package io.payroute.notification;

/**
 * What became of a payment, for the route that decides who is told of it. It reads well in a condition; what it says cannot be changed
 * there.
 *
 * @param eventId the same for every repetition
 * @param amount as customers read it, such as 49.99 USD
 * @param amountMinor in minor units of the currency; of a first-generation client's double what is whole
 */
public record PaymentNews(String eventId, String paymentId, String orderId, String userId, String email, String status,
        String amount,
        long amountMinor, String currency, String method, String reason) {
}
