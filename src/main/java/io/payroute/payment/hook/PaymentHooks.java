package io.payroute.payment.hook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.payroute.platform.route.Hook;

/** The hooks of the payment role, as its users read of them. */
public final class PaymentHooks {

    private static final Map<String, String> HEADERS = headers();

    public static final List<Hook> ALL = List.of(
            new Hook(ReplacedHooks.BEFORE_STORE,
                    "Looks at a payment that was read and checked, before it is stored: by POST /pay, /api/v1/payments and "
                            + "/process-payment, and from another producer on the topic of payments.",
                    String.class, Map.of(), HEADERS,
                    "Refuse it: bean paymentHook, method refuse('code', 'detail') answers 422, forbid('code', 'detail') 403; on the "
                            + "topic it becomes a dead letter. A repetition with the key of a stored payment gets the first answer, "
                            + "whatever the hook says. What it changes in body and headers has no effect.",
                    "Nothing is stored; the answer is 503 with Retry-After. So it is after payment.hook.timeout.",
                    Set.of("paymentHook.refuse", "paymentHook.forbid", "paymentHook.decline")),
            new Hook(ReplacedHooks.BEFORE_CHARGE,
                    "Looks at a payment before it is charged or authorised for the first time; not before status queries and "
                            + "repetitions, and not again once it has decided.",
                    String.class, Map.of(), HEADERS,
                    "Decline it: bean paymentHook, method decline('reason'); the payment fails with this reason. Hold it: method "
                            + "hold('reason'); the payment is in review until a person approves or rejects it. What it changes in "
                            + "body and headers has no effect.",
                    "Nothing is charged. The payment stays processing, and the hook is asked again after a pause that grows; it "
                            + "counts neither as an attempt nor against the provider. So it is after payment.hook.timeout.",
                    Set.of("paymentHook.decline", "paymentHook.hold")),
            new Hook(ReplacedHooks.AFTER_OUTCOME,
                    "Is told of each outcome of a payment, as it is announced on the topic payment.status-updated: at least once each, "
                            + "in no guaranteed order. Outcomes from before a file replaced it are not told.",
                    String.class, Map.of(), outcomeHeaders(),
                    "Whatever it likes elsewhere, made harmless to repeat by paymentEventId. It decides nothing, and what it changes in "
                            + "body and headers has no effect.",
                    "The payment is not touched. The hook is told again after a pause that grows, at most "
                            + "payment.after-outcome.max-attempts times; then the outcome is a dead letter of source "
                            + "hook.payment-after-outcome, whose replay tells it again. So it is after payment.hook.timeout.",
                    Set.of()));

    private PaymentHooks() {
    }

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("paymentId", "the payment's id");
        headers.put("paymentUserId", "whose payment it is");
        headers.put("paymentEmail", "where the user is told; absent if unknown");
        headers.put("paymentOrderId", "absent if there is none");
        headers.put("paymentAmount", "as a decimal text, such as 49.99");
        headers.put("paymentAmountMinor", "the same in minor units, such as 4999");
        headers.put("paymentCurrency", "such as USD");
        headers.put("paymentMethod", "such as card");
        headers.put("paymentProvider", "who will charge; before the payment is stored only the one that its caller named");
        headers.put("paymentCapture", "false to authorise only");
        headers.put("paymentAttempt", "how often this hook is asked, from 1");
        return headers;
    }

    private static Map<String, String> outcomeHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("paymentEventId", "the event's id, the same for every repetition");
        headers.put("paymentId", "the payment's id");
        headers.put("paymentStatus", "its state now, such as completed or failed");
        headers.put("paymentPreviousStatus", "the state before");
        headers.put("paymentReason", "why it failed; absent if there is none");
        headers.put("paymentUpdatedAt", "when, as RFC 3339 in UTC");
        headers.put("paymentUserId", "whose payment it is");
        headers.put("paymentEmail", "where the user is told; absent if unknown");
        headers.put("paymentOrderId", "absent if there is none");
        headers.put("paymentAmount", "as a decimal text, such as 49.99");
        headers.put("paymentAmountMinor", "the same in minor units, such as 4999");
        headers.put("paymentCurrency", "such as USD");
        headers.put("paymentCapturedMinor", "what was captured of it");
        headers.put("paymentRefundedMinor", "what of that was refunded");
        headers.put("paymentDisputedMinor", "contested in disputes that have not ended");
        headers.put("paymentChargedBackMinor", "taken away by the provider");
        headers.put("paymentMethod", "such as card");
        headers.put("paymentProvider", "who charged");
        headers.put("paymentAttempt", "how often this hook is told of it, from 1");
        return headers;
    }
}
