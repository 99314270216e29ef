package io.payroute.payment.hook;

import java.util.Locale;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.platform.Refusal;
import io.quarkus.arc.Unremovable;

/** What a hook of the team may decide, as steps of its route. Each ends the hook; a hook that ends without one lets the payment go. */
@ApplicationScoped
@Named("paymentHook")
@Unremovable
public class PaymentHook {

    private static final int MAX_REASON = 200;
    private static final String TITLE = "The payment is refused";

    /**
     * In payment-before-store: answers 422, and stores nothing.
     *
     * @param code a word that programs can test
     * @param detail for the caller
     */
    public void refuse(String code, String detail) {
        throw Refusal.of(Refusal.Kind.INVALID, word(code), TITLE, detail);
    }

    /** As {@link #refuse}, with 403: this caller or this user may not. */
    public void forbid(String code, String detail) {
        throw Refusal.of(Refusal.Kind.FORBIDDEN, word(code), TITLE, detail);
    }

    /** In payment-before-charge: the payment fails with this reason, and no provider hears of it. */
    public void decline(String reason) {
        throw new HookDecision(HookDecision.Kind.DECLINE, bounded(reason));
    }

    /** In payment-before-charge: a person must approve the payment before it is charged. */
    public void hold(String reason) {
        throw new HookDecision(HookDecision.Kind.HOLD, bounded(reason));
    }

    /** It stands in an address. */
    private static String word(String code) {
        String word = code == null ? "" : code.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return word.isEmpty() ? "refused" : word.substring(0, Math.min(64, word.length()));
    }

    private static String bounded(String reason) {
        if (reason == null || reason.isBlank()) {
            throw new IllegalArgumentException("decline and hold need a reason");
        }
        return reason.substring(0, Math.min(MAX_REASON, reason.length()));
    }
}
