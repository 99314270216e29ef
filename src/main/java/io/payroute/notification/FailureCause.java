package io.payroute.notification;

import org.apache.camel.component.direct.DirectConsumerNotAvailableException;

import io.payroute.platform.Causes;

/**
 * Why a message was not sent, told twice: for those who read its payment, and for the operator.
 *
 * @param brief the same for every message that fails in this way: no address, no name, nothing that a server said
 * @param text begins with {@code brief}; masked
 * @param ofThisMessage whether it tells nothing of the server
 */
record FailureCause(String brief, String text, boolean ofThisMessage) {

    /** @param kind of the message */
    static FailureCause of(Throwable failure, String kind) {
        if (failure instanceof HookFailure) {
            return new FailureCause("the hook " + SendNotifications.HOOK + " failed", failure.getMessage(), false);
        }
        HttpAnswer http = HttpAnswer.in(failure);
        if (http != null) {
            return new FailureCause(http.brief(), http.brief(), http.isFinal());
        }
        if (hasNoRoute(failure, kind)) {
            return new FailureCause("no route sends messages of kind " + kind, "no route sends messages of kind " + kind
                    + ": add one from direct:" + Channels.ROUTE + kind, false);
        }
        SmtpFailure smtp = SmtpFailure.in(failure);
        if (smtp != null) {
            return new FailureCause(smtp.brief(), Causes.mask(smtp.getMessage()), smtp.isOfThisMail());
        }
        boolean permanent = SmtpFailure.isPermanent(failure);
        String brief = permanent ? "the message cannot be sent" : "the message could not be sent";
        return new FailureCause(brief, brief + ": " + Causes.brief(failure), permanent);
    }

    /** Not one that the route of the kind calls in its turn. */
    private static boolean hasNoRoute(Throwable failure, String kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DirectConsumerNotAvailableException none) {
                return none.getMessage().contains(Channels.ROUTE + kind);
            }
        }
        return false;
    }
}
