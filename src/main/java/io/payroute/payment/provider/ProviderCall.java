package io.payroute.payment.provider;

import java.util.UUID;

import io.payroute.money.Money;

/**
 * What a provider route gets as its body.
 *
 * @param operation {@link #CHARGE} or {@link #STATUS}
 * @param key the idempotency key of the charge, the same for every repetition and for the status query
 * @param attempt from 1, counted for each operation
 */
public record ProviderCall(String operation, String key, UUID paymentId, Money money, String method, int attempt) {

    public static final String CHARGE = "charge";
    public static final String STATUS = "status";
    /** Exchange property that holds the call, whatever a provider's route makes of body and headers. */
    public static final String PROPERTY = "providerCall";
}
