package io.payroute.provider;

import java.time.Instant;
import java.util.Map;

import io.payroute.money.Money;

/**
 * An event with what is only shown of it; a {@link RawEvent} is made into a list of these.
 *
 * @param type the provider's word
 * @param payment the id that the payment is shown under, null of an event that changes nothing
 * @param pending the payment has begun; said only of events that change nothing else
 * @param whole what the payment as a whole is about, null when the event does not say it
 * @param email of the customer, or null
 * @param at when it happened, or null
 * @param metadata what the provider's file names as such, bounded
 */
public record ToldEvent(ProviderEvent event, String type, String payment, boolean pending, Money whole, String email,
        Instant at,
        Map<String, String> metadata) {
}
