package io.payroute.notification.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.MimeMessage;

import org.eclipse.angus.mail.smtp.SMTPTransport;

import io.payroute.notification.SmtpFailure;
import io.payroute.notification.SmtpFailure.Step;

/**
 * One connection to the mail server, which knows how far it came: whether the server can have taken a mail that it did not
 * answer. Everything ends in time, also against a server that sends or reads a byte now and then: until the whole mail is out at
 * the deadline of the mail, and the answer to it within ten minutes, as RFC 5321 (4.5.3.2.6) requires, because a server that is slow
 * there has often taken the mail, and would take it twice.
 */
final class SmtpConversation extends SMTPTransport {

    private final SmtpSettings settings;
    private final ScheduledExecutorService clock;
    private final Socket socket = new Socket();
    private ScheduledFuture<?> end;
    private volatile boolean cut;
    private Step step = Step.CONNECT;
    private boolean answered;
    private int reply;
    private String said;

    /** @param clock cuts conversations that last too long */
    SmtpConversation(Session session, SmtpSettings settings, ScheduledExecutorService clock) {
        super(session, new URLName("smtp", settings.host(), settings.port(), null, settings.user(), settings.password()));
        this.settings = settings;
        this.clock = clock;
    }

    /** @param deadline by {@link System#nanoTime()} */
    void open(long deadline) throws SmtpFailure {
        cutAt(deadline - System.nanoTime());
        try {
            // The name and not the address is what its certificate must be for.
            InetAddress address = InetAddress.getByAddress(settings.host(),
                    InetAddress.getByName(settings.host()).getAddress());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis(settings.timeout()));
            socket.connect(new InetSocketAddress(address, settings.port()), millis(settings.connectTimeout()));
            connect(socket);
        } catch (MessagingException e) {
            throw failure(e);
        } catch (IOException e) {
            throw new SmtpFailure(Step.CONNECT, 0, e instanceof SocketTimeoutException,
                    "the mail server cannot be reached", e.getMessage(), new MessagingException("Could not connect", e));
        } finally {
            end.cancel(false);
        }
    }

    /** @param deadline for all but the answer to the whole mail, by {@link System#nanoTime()} */
    void send(MimeMessage mail, long deadline) throws SmtpFailure {
        begin(Step.CONNECT);
        cutAt(deadline - System.nanoTime());
        try {
            sendMessage(mail, mail.getAllRecipients());
        } catch (MessagingException e) {
            if (step != Step.END || reply / 100 != 2) {
                throw failure(e);
            }
        } catch (IllegalStateException e) {
            throw failure(new MessagingException("Closed before", e));
        } finally {
            end.cancel(false);
        }
    }

    /** Without a word, and without waiting for one. */
    void drop() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone already
        }
    }

    private void cutAt(long nanos) {
        end = clock.schedule(() -> {
            cut = true;
            drop();
        }, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    protected void mailFrom() throws MessagingException {
        begin(Step.SENDER);
        super.mailFrom();
    }

    @Override
    protected void rcptTo() throws MessagingException {
        begin(Step.RECIPIENT);
        super.rcptTo();
    }

    @Override
    protected OutputStream data() throws MessagingException {
        begin(Step.DATA);
        OutputStream text = super.data();
        begin(Step.TEXT);
        return text;
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
        end.cancel(false);
        begin(Step.END);
        cutAt(settings.answerTimeout().toNanos());
        patience(settings.answerTimeout());
        super.finishData();
    }

    private void begin(Step next) {
        step = next;
        answered = false;
        reply = 0;
        said = null;
    }

    /** What counts is the first answer to a step: after a failure the library resets the session, and that is answered, too. */
    @Override
    protected int readServerResponse() throws MessagingException {
        int code = super.readServerResponse();
        if (step == Step.CONNECT || !answered) {
            answered = true;
            reply = code;
            said = getLastServerResponse();
            if (step == Step.END) {
                patience(settings.timeout());
            }
        }
        return code;
    }

    private void patience(Duration timeout) throws MessagingException {
        try {
            socket.setSoTimeout(millis(timeout));
        } catch (SocketException e) {
            throw new MessagingException("Closed", e);
        }
    }

    private SmtpFailure failure(MessagingException cause) {
        boolean timeout = cut || has(cause, SocketTimeoutException.class);
        if (step == Step.CONNECT && has(cause, AuthenticationFailedException.class)) {
            return new SmtpFailure(step, reply, timeout, "the mail server refused the login", said, cause);
        }
        if (reply > 0 && (step != Step.CONNECT || reply >= 400)) {
            return new SmtpFailure(step, reply, timeout, "the mail server answered " + reply + " to " + step.words(), said,
                    cause);
        }
        if (timeout) {
            return new SmtpFailure(step, 0, true, "the mail server was too slow after " + step.words(), null, cause);
        }
        return step == Step.CONNECT
                ? new SmtpFailure(step, 0, false, "the connection to the mail server failed", cause.getMessage(), cause)
                : new SmtpFailure(step, 0, false, "the mail server gave no answer to " + step.words(), null, cause);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static int millis(Duration time) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, time.toMillis()));
    }
}
