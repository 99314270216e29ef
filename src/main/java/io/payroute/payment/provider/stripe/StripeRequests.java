package io.payroute.payment.provider.stripe;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.stripe.StripeRequest.Kind;

/**
 * Writes the requests. Under a key stands always the same request, byte for byte: Stripe refuses a key that comes with another one.
 * So nothing of an attempt, of the time or of a customer stands in them.
 * <p>
 * A charge and a refund have one key for ever. A capture and a cancellation have one for each attempt: Stripe keeps a server error
 * under its key, and the state of the intent lets each take effect once, whatever the key.
 */
final class StripeRequests {

    static final String PAYMENT_ID = "payment_id";
    static final String REFUND_ID = "refund_id";
    private static final String INTENTS = "/v1/payment_intents";
    /** A reference may have come in an event; it becomes part of an address. */
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9_]{1,255}");

    private StripeRequests() {
    }

    /**
     * A charge or an authorization, confirmed at once. A card that requires more of its holder is an error where nobody is there to
     * answer.
     *
     * @param returnUrl where the customer comes back to after he has confirmed; null for one whose browser has Stripe's script
     */
    static StripeRequest create(ProviderCall call, String amount, String paymentMethod, boolean capture, String returnUrl) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("amount", amount);
        form.put("currency", call.money().currency().toLowerCase(Locale.ROOT));
        form.put("payment_method", paymentMethod);
        form.put("payment_method_types[]", "card");
        form.put("capture_method", capture ? "automatic" : "manual");
        form.put("confirm", "true");
        if (!hasCustomer(call)) {
            form.put("error_on_requires_action", "true");
        } else if (returnUrl != null) {
            form.put("return_url", returnUrl);
        }
        form.put("metadata[" + PAYMENT_ID + "]", call.paymentId().toString());
        return StripeRequest.post(Kind.CREATE, INTENTS, form, call.key());
    }

    /** Whether somebody waits to confirm the payment: who ordered does, and is told what for by the order. */
    static boolean hasCustomer(ProviderCall call) {
        return call.payer() != null && call.payer().orderId() != null;
    }

    /** The customer has not confirmed it. @param intent its id, from an answer */
    static StripeRequest giveUp(ProviderCall call, String intent) {
        return StripeRequest.post(Kind.CANCEL, INTENTS + '/' + checked(intent) + "/cancel",
                Map.of("cancellation_reason", "abandoned"), call.key() + "-unconfirmed-" + call.attempt());
    }

    static StripeRequest capture(ProviderCall call, String amount) {
        return StripeRequest.post(Kind.CAPTURE, intent(call) + "/capture", Map.of("amount_to_capture", amount),
                keyOfAttempt(call));
    }

    static StripeRequest cancel(ProviderCall call) {
        return StripeRequest.post(Kind.CANCEL, intent(call) + "/cancel", Map.of(), keyOfAttempt(call));
    }

    private static String keyOfAttempt(ProviderCall call) {
        return call.attempt() == 1 ? call.key() : call.key() + '-' + call.attempt();
    }

    static StripeRequest refund(ProviderCall call, String amount) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("payment_intent", reference(call));
        form.put("amount", amount);
        form.put("metadata[" + PAYMENT_ID + "]", call.paymentId().toString());
        form.put("metadata[" + REFUND_ID + "]", call.key());
        return StripeRequest.post(Kind.REFUND, "/v1/refunds", form, call.key());
    }

    static StripeRequest find(ProviderCall call) {
        return StripeRequest.get(Kind.FIND, intent(call), Map.of());
    }

    static StripeRequest search(ProviderCall call) {
        return StripeRequest.get(Kind.SEARCH, INTENTS + "/search",
                Map.of("query", "metadata['" + PAYMENT_ID + "']:'" + call.paymentId() + "'"));
    }

    /**
     * All payments that were made since, newest first. Other than the search, this list is complete at once.
     *
     * @param orNever whether what is not in the list will never be
     */
    static StripeRequest madeSince(Instant time, boolean orNever) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("created[gte]", String.valueOf(time.getEpochSecond()));
        query.put("limit", "100");
        return StripeRequest.get(orNever ? Kind.MADE_OR_NEVER : Kind.MADE_SINCE, INTENTS, query);
    }

    static StripeRequest refunds(ProviderCall call) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("payment_intent", reference(call));
        query.put("limit", "100");
        return StripeRequest.get(Kind.REFUNDS, "/v1/refunds", query);
    }

    private static String intent(ProviderCall call) {
        return INTENTS + '/' + reference(call);
    }

    private static String reference(ProviderCall call) {
        return checked(call.reference());
    }

    private static String checked(String reference) {
        if (reference == null || !REFERENCE.matcher(reference).matches()) {
            throw new IllegalArgumentException("The payment has no reference of Stripe's.");
        }
        return reference;
    }
}
