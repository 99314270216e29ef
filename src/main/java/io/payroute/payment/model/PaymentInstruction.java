package io.payroute.payment.model;

import java.util.UUID;

import io.payroute.money.Money;

/** A payment that somebody asked for and that passed all rules. Optional values are null. */
public record PaymentInstruction(UUID paymentId, String userId, Money money, String method, String email, String description,
        String orderId) {
}
