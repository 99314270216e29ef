package io.payroute.notification.mail;

import java.time.Duration;
import java.util.Date;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.eclipse.microprofile.config.Config;

import io.payroute.notification.SmtpFailure;

/**
 * Sends over connections that stay open, because connecting and authenticating cost far more than a mail. There are as many
 * connections as mails were being sent at once; one that has been idle for long is closed, one that the server closed is
 * replaced once, at once, unless the server had the whole mail.
 * <p>
 * A mail is sent at least once: SMTP has no way to ask whether a mail was accepted whose acknowledgement was lost. It then goes
 * out again, much later and a few times at most, under the same Message-ID.
 */
@Singleton
@Named("mailer")
public class Mailer extends DefaultJavaMailSender {

    static {
        // Otherwise Jakarta Mail looks through the whole class path for its provider, for every part of every mail.
        System.setProperty("jakarta.mail.util.StreamProvider", "org.eclipse.angus.mail.util.MailStreamProvider");
    }

    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private record Connection(SmtpConversation conversation, long lastUsed) {
        boolean idleFor(Duration time) {
            return System.nanoTime() - lastUsed >= time.toNanos();
        }
    }

    private final SmtpSettings settings;
    private final Duration maxIdle;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final ScheduledThreadPoolExecutor clock;
    private volatile boolean closed;

    @Inject
    Mailer(Config config) {
        this(SmtpSettings.of(config), Duration.ofSeconds(30));
    }

    Mailer(SmtpSettings settings, Duration maxIdle) {
        this.settings = settings;
        this.maxIdle = maxIdle;
        setProtocol("smtp");
        setJavaMailProperties(settings.properties());
        clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mail-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
    }

    /** @throws SmtpFailure when the server did not say that it took the mail */
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
        long deadline = System.nanoTime() + settings.mailTimeout().toNanos();
        SmtpConversation reused = takeIdle();
        if (reused != null) {
            try {
                sendOver(reused, mail, deadline);
                return;
            } catch (SmtpFailure e) {
                if (!e.isConnectionLost()) {
                    throw e;
                }
            }
        }
        SmtpConversation fresh = new SmtpConversation(getSession(), settings, clock);
        try {
            fresh.open(deadline);
        } catch (SmtpFailure | RuntimeException e) {
            fresh.drop();
            throw e;
        }
        sendOver(fresh, mail, deadline);
    }

    private void sendOver(SmtpConversation conversation, MimeMessage mail, long deadline) throws MessagingException {
        try {
            conversation.send(mail, deadline);
        } catch (MessagingException | RuntimeException e) {
            close(conversation);
            throw e;
        }
        idle.push(new Connection(conversation, System.nanoTime()));
        if (closed) {
            closeIdle(Duration.ZERO);
        }
    }

    /** The connection used last, checked whether it lives unless it was in use a moment ago; or null. */
    private SmtpConversation takeIdle() {
        for (Connection one = idle.poll(); one != null; one = idle.poll()) {
            if (!one.idleFor(TRUSTED) || !one.idleFor(maxIdle) && one.conversation().isConnected()) {
                return one.conversation();
            }
            close(one.conversation());
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
                close(one.conversation());
            }
        }
    }

    private static void close(SmtpConversation conversation) {
        try {
            conversation.close();
        } catch (MessagingException e) {
            // it is gone already
        } finally {
            conversation.drop();
        }
    }

    @PreDestroy
    void close() {
        closed = true;
        closeIdle(Duration.ZERO);
        clock.shutdown();
    }
}
