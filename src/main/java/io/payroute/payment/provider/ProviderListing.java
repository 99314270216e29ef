package io.payroute.payment.provider;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import io.payroute.money.Money;

/**
 * What a provider route answers to operation {@value #OPERATION}: the payments that the provider knows, page by page. The body is a
 * {@link Query} and becomes a {@link Page}.
 */
public final class ProviderListing {

    public static final String OPERATION = "list";

    /** Payments that were made at the provider from, inclusively, to, exclusively. @param cursor null for the first page */
    public record Query(Instant from, Instant to, String cursor) {
    }

    /** @param nextCursor null after the last page */
    public record Page(List<Entry> entries, String nextCursor) {
    }

    /** What became of a payment, in the words that all providers share. */
    public enum Status {
        COMPLETED, AUTHORIZED, PENDING, FAILED, CANCELLED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param reference the provider's id of the payment
     * @param paymentId ours, where the provider was told; otherwise null
     * @param captured minor units that moved
     * @param refunded minor units that went back
     * @param refunds those of which {@code refunded} is the sum, as far as the provider tells them
     * @param disputed whether somebody contests it, or has contested it
     */
    public record Entry(String reference, UUID paymentId, Money money, Status status, long captured, long refunded,
            List<Refund> refunds, boolean disputed, Instant createdAt) {
    }

    /** @param operationId our refund, where the provider was told; otherwise null */
    public record Refund(String reference, UUID operationId, long minor) {
    }

    private ProviderListing() {
    }
}
