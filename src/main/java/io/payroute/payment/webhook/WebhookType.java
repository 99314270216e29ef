package io.payroute.payment.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Refusal;

/**
 * The types of events that merchants are told: {@code payment.} and the state, for every state that is announced, and what happens
 * to a payment without a new state.
 */
public final class WebhookType {

    private static final List<PaymentStatus> SILENT = List.of(PaymentStatus.PENDING, PaymentStatus.PROCESSING);
    /** More money of an authorised amount was captured, or some did not come after all. */
    public static final String CAPTURE_CHANGED = "payment.capture_changed";
    static final Set<String> ALL = new TreeSet<>(Arrays.stream(PaymentStatus.values())
            .filter(status -> !SILENT.contains(status)).map(status -> of(status.word())).toList());

    /** Before what happened to a dispute. */
    public static final String DISPUTE = "payment.dispute_";

    static {
        ALL.add(CAPTURE_CHANGED);
        Stream.of("opened", "under_review", "won", "lost", "closed", "funds_withdrawn", "funds_reinstated")
                .forEach(word -> ALL.add(DISPUTE + word));
    }

    private WebhookType() {
    }

    public static String of(String status) {
        return "payment." + status;
    }

    /** @throws Refusal 422 when there is no such type */
    static List<String> check(List<String> types) {
        if (types != null && !ALL.containsAll(types)) {
            throw Refusal.invalid("events", "unknown_event", "events may name " + String.join(", ", ALL) + ".");
        }
        return types == null ? null : types.stream().distinct().toList();
    }
}
