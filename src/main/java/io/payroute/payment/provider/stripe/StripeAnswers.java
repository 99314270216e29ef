package io.payroute.payment.provider.stripe;

import java.util.List;
import java.util.Set;

import org.jboss.logging.Logger;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

/**
 * Reads Stripe's answers. What is not known to be a refusal before any work is left open: an answer of something in between, a
 * server error, a key that is in use. {@code NotDone} is only what Stripe refuses before it begins: its rate limit, and a key
 * of ours that it does not accept.
 *
 * @see <a href="https://docs.stripe.com/error-low-level">Advanced error handling</a>
 */
final class StripeAnswers {

    private static final Logger LOG = Logger.getLogger(StripeAnswers.class);
    /** Of several intents of one payment the one that says most about the money. */
    private static final List<String> TELLING = List.of("succeeded", "requires_capture", "processing");

    private StripeAnswers() {
    }

    /** What an intent says of the operation that is, or was, requested. */
    static ProviderOutcome intent(String operation, JsonNode intent) {
        String id = intent.path("id").asText();
        String status = intent.path("status").asText();
        boolean cancel = operation.equals(ProviderCall.CANCEL);
        return switch (status) {
            case "succeeded" -> cancel
                    ? new ProviderOutcome.Declined("already_completed")
                    : new ProviderOutcome.Completed(id,
                            StripeAmounts.moved(intent.path("amount_received"), intent.path("currency")));
            case "canceled" -> cancel ? new ProviderOutcome.Completed(id) : new ProviderOutcome.Declined("canceled");
            case "processing" -> new ProviderOutcome.Pending(id);
            case "requires_capture" -> isCharge(operation)
                    ? new ProviderOutcome.Authorized(id)
                    : new ProviderOutcome.NotDone("requires_capture");
            // Nobody but us could go on with it, and nobody will, unless a customer waits: see StripeDialogue.
            case "requires_action" -> new ProviderOutcome.Declined("authentication_required");
            case "requires_payment_method", "requires_confirmation" -> StripeDeclines.of(intent.path("last_payment_error"),
                    status);
            default -> new ProviderOutcome.Unanswered("an intent of status " + StripeDeclines.word(intent, "status", "none"));
        };
    }

    /** Whether it is with the customer: to be confirmed, or once more after an attempt that failed. */
    static boolean isUnconfirmed(JsonNode intent) {
        return Set.of("requires_action", "requires_payment_method", "requires_confirmation")
                .contains(intent.path("status").asText());
    }

    /** What the customer needs to confirm it; null where there is nothing to be confirmed. */
    static ProviderOutcome.Action action(JsonNode intent) {
        String url = intent.path("next_action").path("redirect_to_url").path("url").asText(null);
        String secret = intent.path("client_secret").asText(null);
        return intent.path("status").asText().equals("requires_action") && (url != null || secret != null)
                ? new ProviderOutcome.Action(url, secret)
                : null;
    }

    static ProviderOutcome refund(JsonNode refund) {
        String id = refund.path("id").asText();
        return switch (refund.path("status").asText()) {
            case "succeeded" ->
                new ProviderOutcome.Completed(id, StripeAmounts.moved(refund.path("amount"), refund.path("currency")));
            case "pending", "requires_action" -> new ProviderOutcome.Pending(id);
            case "failed" -> new ProviderOutcome.Declined(StripeDeclines.word(refund, "failure_reason", "failed"));
            case "canceled" -> new ProviderOutcome.Declined("canceled");
            default -> new ProviderOutcome.Unanswered("a refund of status " + StripeDeclines.word(refund, "status", "none"));
        };
    }

    /** The intent of a list that says most; null for none. */
    static JsonNode mostTelling(JsonNode list, String paymentId) {
        JsonNode found = null;
        for (JsonNode intent : list.path("data")) {
            boolean ours = intent.path("metadata").path(StripeRequests.PAYMENT_ID).asText().equals(paymentId);
            if (ours && (found == null || rank(intent) < rank(found))) {
                found = intent;
            }
        }
        return found;
    }

    private static int rank(JsonNode intent) {
        int rank = TELLING.indexOf(intent.path("status").asText());
        return rank < 0 ? TELLING.size() : rank;
    }

    /** @param operation that is, or was, requested */
    static ProviderOutcome failure(ProviderCall call, String operation, StripeRequest request, StripeResponse response) {
        int status = response.status();
        JsonNode error = response.error();
        String code = StripeDeclines.word(error, "code", StripeDeclines.word(error, "type", "no_reason"));
        if (!error.isObject()) {
            return new ProviderOutcome.Unanswered("HTTP " + status);
        }
        if (status == 401 || status == 403) {
            LOG.errorf(
                    "event=provider-refused provider=stripe paymentId=%s status=%d code=%s remedy=\"check %s and its rights\"",
                    call.paymentId(), status, code, StripeSettings.API_KEY);
            return new ProviderOutcome.NotDone("HTTP " + status + ' ' + code);
        }
        if (status == 429 && !code.equals("lock_timeout")) {
            return new ProviderOutcome.NotDone("rate_limited");
        }
        if (status != 400 && status != 402 && status != 404 || response.isAboutKey()
                || Boolean.TRUE.equals(response.shouldRetry())) {
            return new ProviderOutcome.Unanswered("HTTP " + status + ' ' + code);
        }
        return refusal(call, operation, request, response, code);
    }

    private static ProviderOutcome refusal(ProviderCall call, String operation, StripeRequest request, StripeResponse response,
            String code) {
        boolean status = request.isQuery();
        if (status || response.status() == 404) {
            LOG.errorf(
                    "event=provider-refused provider=stripe paymentId=%s status=%d code=%s remedy=\"is the key of the account "
                            + "that has this payment?\"",
                    call.paymentId(), response.status(), code);
        }
        if (status || response.status() == 404 && isCharge(operation)) {
            return new ProviderOutcome.Unanswered("HTTP " + response.status() + ' ' + code);
        }
        JsonNode intent = response.error().path("payment_intent");
        if (!isCharge(operation) && !operation.equals(ProviderCall.REFUND) && intent.isObject()) {
            // It is in another state than the request expects; perhaps in the very one that the request wanted.
            ProviderOutcome state = intent(operation, intent);
            return state instanceof ProviderOutcome.NotDone ? new ProviderOutcome.Declined(code) : state;
        }
        return StripeDeclines.of(response.error(), code);
    }

    static boolean isCharge(String operation) {
        return operation.equals(ProviderCall.CHARGE) || operation.equals(ProviderCall.AUTHORIZE);
    }
}
