package io.payroute.notification;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Set;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.AddressException;

import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

import io.payroute.runtime.Transient;

/**
 * Tells what a mail's failure says of the mail (the server will never take it) from what it says of the moment or of our
 * set-up (the server is away or busy, our password is wrong), which must not kill a queue of good mails.
 */
public final class SmtpFailure {

    /** Replies to us, not to the mail: bad sequence, encryption or authentication wanted or refused, host takes no mail. */
    private static final Set<Integer> SET_UP = Set.of(503, 521, 530, 534, 535, 538);

    private SmtpFailure() {
    }

    public static boolean isPermanent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationFailedException || cause instanceof SMTPSenderFailedException
                    || cause instanceof DirectConsumerNotAvailableException) {
                return false;
            }
            if (cause instanceof AddressException) {
                return true;
            }
            int reply = reply(cause);
            if (reply > 0) {
                return reply >= 500 && !SET_UP.contains(reply);
            }
        }
        return !isOfMailOrNetwork(failure) && !Transient.is(failure);
    }

    /** Whether the connection, not the mail, is what failed: another may succeed. A slow server may have taken the mail. */
    public static boolean isConnectionLost(MessagingException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return false;
            }
            int reply = reply(cause);
            if (reply > 0) {
                return reply == 421;
            }
        }
        return true;
    }

    private static int reply(Throwable cause) {
        if (cause instanceof SMTPAddressFailedException refused) {
            return refused.getReturnCode();
        }
        if (cause instanceof SMTPSenderFailedException refused) {
            return refused.getReturnCode();
        }
        return cause instanceof SMTPSendFailedException refused ? refused.getReturnCode() : -1;
    }

    private static boolean isOfMailOrNetwork(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof MessagingException) {
                return !(cause instanceof SendFailedException) || cause.getCause() != null;
            }
        }
        return false;
    }
}
