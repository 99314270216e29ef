package io.payroute.payment.provider.stripe;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

/**
 * Which request follows on which answer. Each step gives the next {@link StripeRequest}, or the {@link ProviderOutcome} that
 * ends the call.
 * <p>
 * How a charge is queried whose answer was lost: by its reference if one is known. Otherwise by the very same POST under the
 * same key. Stripe answers that with what came of the first one, or makes the charge now; both end the question, and neither
 * charges twice. That holds while Stripe knows the key, 24 hours. Afterwards the same POST would be a second charge, and only the
 * search is left. What it does not find may still be there: it is documented to lag behind. So its silence ends nothing, and a
 * status query never says {@code NotDone} of a charge (adr/0012).
 * <p>
 * Stripe keeps a server error under its key, whatever it had done by then. So after one the key is not used again: a charge is
 * searched in the list of the payments made since it was sent. That list is complete at once, and nothing can be added to it
 * under a key that gives a kept error again: a charge that is then not there, {@code absent-after} or more after it was sent, was
 * not made, and ends as failed. An error that is new, a key that is in use or that belongs to another request ends nothing.
 * <p>
 * A payment that waits for its customer is pending. It ends by its events; a status query ends it at Stripe when the customer has
 * failed, has not confirmed it in time, or has given it up: an intent that is left as it is could be confirmed later, for a payment that failed here.
 * <p>
 * Captures and cancellations are queried by the intent's state, refunds in the list of the payment's refunds; neither lags. The
 * same query follows at once on an answer that leaves it open.
 */
class StripeDialogue {

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

    private final StripeSettings settings;

    StripeDialogue(StripeSettings settings) {
        this.settings = settings;
    }

    /** @return a request or an outcome */
    Object begin(ProviderCall call) {
        boolean status = call.operation().equals(ProviderCall.STATUS);
        return switch (operation(call)) {
            case ProviderCall.CHARGE, ProviderCall.AUTHORIZE -> status ? queryCharge(call) : create(call);
            case ProviderCall.CAPTURE -> status
                    ? StripeRequests.find(call)
                    : withAmount(call, amount -> StripeRequests.capture(call, amount));
            case ProviderCall.CANCEL -> status ? StripeRequests.find(call) : StripeRequests.cancel(call);
            case ProviderCall.REFUND -> status
                    ? StripeRequests.refunds(call)
                    : withAmount(call, amount -> StripeRequests.refund(call, amount));
            default -> throw new IllegalArgumentException("Stripe is not called for " + call.operation());
        };
    }

    /** @return the next request, or the outcome */
    Object next(ProviderCall call, StripeRequest request, StripeResponse response) {
        boolean status = call.operation().equals(ProviderCall.STATUS);
        String operation = operation(call);
        if (response.isSuccess()) {
            Object read = read(call, operation, request, response.body());
            return request.because() != null && read instanceof ProviderOutcome.NotDone
                    ? new ProviderOutcome.Unanswered(request.because())
                    : read;
        }
        if (status && request.kind() == StripeRequest.Kind.CREATE && (response.isOtherRequest() || response.isFinalFailure())) {
            return call.keyAge() == null
                    ? StripeRequests.search(call)
                    : StripeRequests.madeSince(response.at().minus(call.keyAge()).minus(CLOCKS_DIFFER),
                            response.isKeptFailure());
        }
        if (status && request.kind() == StripeRequest.Kind.CANCEL) {
            // It may have been confirmed meanwhile: the next query sees.
            return new ProviderOutcome.Unanswered("not ended, HTTP " + response.status());
        }
        ProviderOutcome outcome = StripeAnswers.failure(call, operation, request, response);
        if (outcome instanceof ProviderOutcome.Unanswered && !request.isQuery() && !StripeAnswers.isCharge(operation)) {
            return (operation.equals(ProviderCall.REFUND) ? StripeRequests.refunds(call) : StripeRequests.find(call))
                    .because(outcome.detail());
        }
        // That a query was refused says nothing about what it is for.
        return (status || request.isQuery()) && outcome instanceof ProviderOutcome.NotDone
                ? new ProviderOutcome.Unanswered(outcome.detail())
                : outcome;
    }

    private Object read(ProviderCall call, String operation, StripeRequest request, JsonNode body) {
        return switch (request.kind()) {
            case CREATE, FIND -> intent(call, operation, body);
            case CAPTURE, CANCEL -> StripeAnswers.intent(operation, body);
            case SEARCH -> {
                JsonNode found = StripeAnswers.mostTelling(body, call.paymentId().toString());
                yield found == null
                        ? new ProviderOutcome.Unanswered("not found by search, which proves nothing")
                        : intent(call, operation, found);
            }
            case REFUND -> StripeAnswers.refund(body);
            case MADE_SINCE, MADE_OR_NEVER -> chargeInList(call, operation, request, body);
            case REFUNDS -> refundInList(call, request, body);
            case LIST -> throw new IllegalStateException("a list is no call for a payment");
        };
    }

    private Object intent(ProviderCall call, String operation, JsonNode intent) {
        boolean unconfirmed = StripeAnswers.isUnconfirmed(intent) && StripeAnswers.isCharge(operation)
                && StripeRequests.hasCustomer(call);
        if (!unconfirmed) {
            return StripeAnswers.intent(operation, intent);
        }
        boolean inTime = !call.givenUp()
                && (call.keyAge() == null || call.keyAge().compareTo(settings.actionTimeout()) < 0);
        if (inTime && StripeAnswers.action(intent) != null) {
            return new ProviderOutcome.Pending(intent.path("id").asText(), StripeAnswers.action(intent));
        }
        // The answer to the charge itself is final where it is a refusal: nobody was told a secret.
        return call.operation().equals(ProviderCall.STATUS)
                ? StripeRequests.giveUp(call, intent.path("id").asText())
                : StripeAnswers.intent(operation, intent);
    }

    private Object chargeInList(ProviderCall call, String operation, StripeRequest request, JsonNode list) {
        JsonNode data = list.path("data");
        if (!data.isArray()) {
            return new ProviderOutcome.Unanswered("no list of payments");
        }
        JsonNode found = StripeAnswers.mostTelling(list, call.paymentId().toString());
        if (found != null) {
            return intent(call, operation, found);
        }
        if (list.path("has_more").asBoolean() && !data.isEmpty()) {
            return request.after(data.get(data.size() - 1).path("id").asText());
        }
        return request.kind() != StripeRequest.Kind.MADE_OR_NEVER || call.keyAge().compareTo(settings.absentAfter()) < 0
                ? new ProviderOutcome.Unanswered("not yet among the payments made since")
                : new ProviderOutcome.Declined("provider_error");
    }

    private static Object refundInList(ProviderCall call, StripeRequest request, JsonNode list) {
        String last = null;
        for (JsonNode refund : list.path("data")) {
            if (refund.path("metadata").path(StripeRequests.REFUND_ID).asText().equals(call.key())) {
                return StripeAnswers.refund(refund);
            }
            last = refund.path("id").asText();
        }
        if (!list.path("data").isArray()) {
            return new ProviderOutcome.Unanswered("no list of refunds");
        }
        return list.path("has_more").asBoolean() && last != null
                ? request.after(last)
                // Sent again, it meets the same key; or a first request that was lost on its way meets it.
                : new ProviderOutcome.NotDone("no such refund");
    }

    private Object queryCharge(ProviderCall call) {
        if (call.reference() != null) {
            return StripeRequests.find(call);
        }
        boolean keyIsKnown = call.keyAge() != null && call.keyAge().compareTo(settings.keyLife()) < 0;
        return keyIsKnown ? create(call) : StripeRequests.search(call);
    }

    private Object create(ProviderCall call) {
        Optional<String> method = settings.paymentMethod(call.method());
        if (method.isEmpty()) {
            return refusedHere(call, "payment_method_missing");
        }
        return withAmount(call, amount -> StripeRequests.create(call, amount, method.get(),
                operation(call).equals(ProviderCall.CHARGE), settings.returnUrl()));
    }

    private static Object withAmount(ProviderCall call, Function<String, StripeRequest> request) {
        Optional<String> amount = StripeAmounts.of(call.money());
        return amount.isEmpty() ? refusedHere(call, "amount_or_currency_not_supported") : request.apply(amount.get());
    }

    /** Another provider may take it. What was not sent today may have been sent under yesterday's configuration, though. */
    private static Object refusedHere(ProviderCall call, String reason) {
        return call.operation().equals(ProviderCall.STATUS)
                ? StripeRequests.search(call)
                : new ProviderOutcome.Declined(reason, true);
    }

    private static String operation(ProviderCall call) {
        return call.operation().equals(ProviderCall.STATUS) ? call.queried() : call.operation();
    }
}
