package io.payroute.notification.mail;

import java.time.Duration;
import java.util.Date;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;

import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.eclipse.microprofile.config.Config;

import io.payroute.notification.SmtpFailure;

/**
 * Sends over connections that stay open, because connecting and authenticating cost far more than a mail. There are as many
 * connections as mails were being sent at once; one that has been idle for long is closed, one that the server closed is
 * replaced once, at once.
 * <p>
 * A mail is sent at least once: SMTP has no way to ask whether a mail was accepted whose acknowledgement was lost. It then goes
 * out again under the same Message-ID.
 */
@Singleton
@Named("mailer")
public class Mailer extends DefaultJavaMailSender {

    static {
        // Otherwise Jakarta Mail looks through the whole class path for its provider, for every part of every mail.
        System.setProperty("jakarta.mail.util.StreamProvider", "org.eclipse.angus.mail.util.MailStreamProvider");
    }

    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private record Connection(Transport transport, long lastUsed) {
        boolean idleFor(Duration time) {
            return System.nanoTime() - lastUsed >= time.toNanos();
        }
    }

    private final Duration maxIdle;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    @Inject
    Mailer(Config config) {
        this(SmtpSettings.of(config), Duration.ofSeconds(30));
    }

    Mailer(SmtpSettings settings, Duration maxIdle) {
        this.maxIdle = maxIdle;
        setProtocol("smtp");
        setHost(settings.host());
        setPort(settings.port());
        setUsername(settings.user());
        setPassword(settings.password());
        setJavaMailProperties(settings.properties());
    }

    @Override
    public void send(MimeMessage mail) throws MessagingException {
        String messageId = mail.getMessageID();
        if (mail.getSentDate() == null) {
            mail.setSentDate(new Date());
        }
        mail.saveChanges();
        if (messageId != null) {
            // saveChanges makes a new one
            mail.setHeader("Message-ID", messageId);
        }
        Transport reused = takeIdle();
        if (reused != null) {
            try {
                sendOver(reused, mail);
                return;
            } catch (MessagingException e) {
                if (!SmtpFailure.isConnectionLost(e)) {
                    throw e;
                }
            }
        }
        sendOver(connect(), mail);
    }

    private void sendOver(Transport transport, MimeMessage mail) throws MessagingException {
        try {
            transport.sendMessage(mail, mail.getAllRecipients());
        } catch (MessagingException | RuntimeException e) {
            close(transport);
            throw e;
        }
        idle.push(new Connection(transport, System.nanoTime()));
        if (closed) {
            closeIdle(Duration.ZERO);
        }
    }

    private Transport connect() throws MessagingException {
        Transport transport = getSession().getTransport(getProtocol());
        try {
            transport.connect(getHost(), getPort(), getUsername(), getPassword());
        } catch (MessagingException | RuntimeException e) {
            close(transport);
            throw e;
        }
        return transport;
    }

    /** The connection used last, asked whether it lives unless it was in use a moment ago; or null. */
    private Transport takeIdle() {
        for (Connection one = idle.poll(); one != null; one = idle.poll()) {
            if (!one.idleFor(TRUSTED) || !one.idleFor(maxIdle) && one.transport().isConnected()) {
                return one.transport();
            }
            close(one.transport());
        }
        return null;
    }

    /** Closes what nobody has used for long. */
    public void closeIdle() {
        closeIdle(maxIdle);
    }

    private void closeIdle(Duration time) {
        // The last of the deque is the one unused for longest.
        for (Connection one = idle.peekLast(); one != null && one.idleFor(time); one = idle.peekLast()) {
            if (idle.removeLastOccurrence(one)) {
                close(one.transport());
            }
        }
    }

    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            // it is gone already
        }
    }

    @PreDestroy
    void close() {
        closed = true;
        closeIdle(Duration.ZERO);
    }
}
