package io.payroute.payment.hook;

/** What a hook before the charge decided: it ends the hook at once, so that no later step can decide otherwise. */
public final class HookDecision extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Kind {
        DECLINE, HOLD
    }

    private final Kind kind;

    /** @param reason for the payment's history, its webhooks and its mails */
    HookDecision(Kind kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public String reason() {
        return getMessage();
    }
}
