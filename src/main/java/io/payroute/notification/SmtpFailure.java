package io.payroute.notification;

import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;

import org.apache.camel.component.direct.DirectConsumerNotAvailableException;

import io.payroute.platform.Transient;

/**
 * Why the mail server did not take a mail: at which step of the conversation, and with which reply, if there was one. It tells
 * what says something of the mail (the server will never take it) from what says something of the moment or of our set-up (the
 * server is unavailable or busy, it does not know our sender), which must not kill a queue of good mails.
 */
public final class SmtpFailure extends MessagingException {

    /** How far a conversation came. */
    public enum Step {
        CONNECT("the greeting"), SENDER("MAIL FROM"), RECIPIENT("RCPT TO"), DATA("DATA"), TEXT("part of the mail"), END(
                "the whole mail");

        private final String words;

        Step(String words) {
            this.words = words;
        }

        /** What was sent last. */
        public String words() {
            return words;
        }
    }

    private static final long serialVersionUID = 1L;

    /** Replies to us, not to the mail: bad sequence, encryption or authentication wanted or refused, host takes no mail. */
    private static final Set<Integer> SET_UP = Set.of(503, 521, 530, 534, 535, 538);
    /** The one refusal of a sender that is about the mail: it is too large. */
    private static final int TOO_LARGE = 552;
    private static final int CLOSING = 421;
    /** What servers say to a recipient when it is us who may not send: RFC 3463, security or policy; or plain words. */
    private static final Pattern NOT_OURS_TO_SEND = Pattern.compile("^\\s*(?:\\d{3}[ -])?5\\.7\\.\\d|\\brelay",
            Pattern.CASE_INSENSITIVE);

    private final Step step;
    private final int reply;
    private final boolean timeout;
    private final String brief;
    private final boolean ofOurSetUp;

    /**
     * @param reply of the server, or 0 when there was none
     * @param timeout whether time ran out
     * @param brief without anything that the server said
     * @param said by the server, or what else explains it
     */
    public SmtpFailure(Step step, int reply, boolean timeout, String brief, String said, MessagingException cause) {
        super(said == null || said.isBlank() ? brief : brief + ": " + said.strip(), cause);
        this.step = step;
        this.reply = reply;
        this.timeout = timeout;
        this.brief = brief;
        this.ofOurSetUp = step == Step.RECIPIENT && said != null && NOT_OURS_TO_SEND.matcher(said).find();
    }

    /** What failed, in words that anybody may read: no address, no name, nothing that the server said. */
    public String brief() {
        return brief;
    }

    /** Whether the connection, not the mail, is what failed, and nothing can have been taken: another may succeed. */
    public boolean isConnectionLost() {
        return step != Step.END && !timeout && (reply <= 0 || reply == CLOSING);
    }

    /** Whether it is about this recipient or this mail alone, and tells nothing of the server. */
    public boolean isOfThisMail() {
        return reply > 0 && !ofOurSetUp && (step == Step.RECIPIENT || refusesTheMail());
    }

    private boolean refusesTheMail() {
        return reply >= 500 && !ofOurSetUp && !SET_UP.contains(reply)
                && (step == Step.SENDER ? reply == TOO_LARGE : step != Step.CONNECT);
    }

    /** Whether repeating cannot help. */
    public static boolean isPermanent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AddressException) {
                return true;
            }
            if (cause instanceof DirectConsumerNotAvailableException) {
                return false;
            }
        }
        if (failure instanceof HookFailure) {
            return false;
        }
        HttpAnswer http = HttpAnswer.in(failure);
        if (http != null) {
            return http.isFinal();
        }
        SmtpFailure told = in(failure);
        return told == null ? !isOfMailOrNetwork(failure) && !Transient.is(failure) : told.refusesTheMail();
    }

    /** Whether the server had the whole mail and did not say what became of it: it may have been delivered. */
    public static boolean isUnanswered(Throwable failure) {
        SmtpFailure told = in(failure);
        return told != null && told.step == Step.END && told.reply <= 0;
    }

    /** @return null when the failure is none of a conversation with the mail server */
    public static SmtpFailure in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SmtpFailure told) {
                return told;
            }
        }
        return null;
    }

    private static boolean isOfMailOrNetwork(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof MessagingException) {
                return true;
            }
        }
        return false;
    }
}
