package io.payroute.payment.provider.stripe;

import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.payment.model.ProviderOutcome;

/**
 * Stripe's words for a refusal. Soft are those for which its documentation says that the payment should be attempted again:
 * nobody looked at the card, so another provider may well accept it. Everything else is about the card, its holder or the
 * request, and stays as it is wherever it is sent.
 *
 * @see <a href="https://docs.stripe.com/declines/codes">Decline codes</a>
 */
final class StripeDeclines {

    private static final Set<String> SOFT = Set.of("approve_with_id", "issuer_not_available", "processing_error",
            "reenter_transaction", "try_again_later");
    /** What is written down is a word; Stripe's messages may repeat what a client sent. */
    private static final Pattern WORD = Pattern.compile("[a-z0-9_]{1,64}");

    private StripeDeclines() {
    }

    /** @param error an {@code error} or a {@code last_payment_error} */
    static ProviderOutcome.Declined of(JsonNode error, String otherwise) {
        String code = word(error, "decline_code", word(error, "code", otherwise));
        return new ProviderOutcome.Declined(code, SOFT.contains(code));
    }

    /** A field's value, if it is a word. */
    static String word(JsonNode node, String field, String otherwise) {
        String value = node.path(field).asText("");
        return WORD.matcher(value).matches() ? value : otherwise;
    }
}
