package io.payroute.payment.model;

import java.time.Instant;
import java.util.UUID;

import io.payroute.money.Money;

/** A payment as stored. Optional values are null. */
public record Payment(UUID id, String userId, Money money, String method, String provider, String providerReference,
        PaymentStatus status, String reason, String email, String description, String orderId, Instant createdAt,
        Instant updatedAt, Instant processedAt) {
}
