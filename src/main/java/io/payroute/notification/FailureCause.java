package io.payroute.notification;

import io.payroute.platform.Causes;

/**
 * Why a message was not sent, told twice: for those who read its payment, and for the operator.
 *
 * @param brief the same for every message that fails in this way: no address, no name, nothing that a server said
 * @param text begins with {@code brief}; masked
 * @param ofThisMessage whether it tells nothing of the server
 */
record FailureCause(String brief, String text, boolean ofThisMessage) {

    static FailureCause of(Throwable failure) {
        SmtpFailure smtp = SmtpFailure.in(failure);
        if (smtp != null) {
            return new FailureCause(smtp.brief(), Causes.mask(smtp.getMessage()), smtp.isOfThisMail());
        }
        boolean permanent = SmtpFailure.isPermanent(failure);
        String brief = permanent ? "the message cannot be sent" : "the message could not be sent";
        return new FailureCause(brief, brief + ": " + Causes.brief(failure), permanent);
    }
}
