package io.payroute.notification;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;

import org.apache.camel.util.TimeUtils;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import io.payroute.messaging.Backoff;
import io.payroute.messaging.DeadLetters.Letter;
import io.payroute.messaging.EventEnvelope;
import io.payroute.notification.NotificationQueue.Result;
import io.payroute.runtime.Causes;

/**
 * Decides what becomes of an attempt: sent, tried again later, or dead. A dead letter is stored before the notification is
 * marked dead, so that none is dead without one.
 */
record DeliveryOutcome(Backoff backoff, int maxAttempts, DeadLetterStore deadLetters, String topic) {

    private static final Logger LOG = Logger.getLogger(DeliveryOutcome.class);

    @FunctionalInterface
    interface DeadLetterStore {
        void store(Letter letter) throws SQLException;
    }

    static DeliveryOutcome of(Config config, DeadLetterStore deadLetters) {
        return new DeliveryOutcome(
                new Backoff(duration(config, "notification.retry-first"), duration(config, "notification.retry-max")),
                config.getValue("notification.max-attempts", Integer.class), deadLetters,
                config.getValue("topic.notification-updated", String.class));
    }

    static Duration duration(Config config, String key) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(config.getValue(key, String.class)));
    }

    /** @param failure null when it was sent */
    Result of(DueNotification due, Throwable failure) {
        if (failure == null) {
            return new Result(due.id(), due.attempts(), "sent", Duration.ZERO, null,
                    NotificationEvents.updated(topic, due, "sent"));
        }
        String cause = Causes.brief(failure);
        if (SmtpFailure.isPermanent(failure) || due.attempts() >= maxAttempts) {
            return dead(due, cause);
        }
        return again(due, cause);
    }

    private Result dead(DueNotification due, String cause) {
        try {
            deadLetters
                    .store(new Letter(ReplayNotification.SOURCE, null, null, due.dedupeKey().getBytes(StandardCharsets.UTF_8),
                            due.dedupeKey(), "io.payroute.notification." + due.kind(), EventEnvelope.JSON,
                            ReplayNotification.payload(due), "notification-send-" + due.kind(), cause, due.attempts()));
            return new Result(due.id(), due.attempts(), "dead", Duration.ZERO, cause,
                    NotificationEvents.updated(topic, due, "dead"));
        } catch (SQLException e) {
            LOG.warnf("event=dead-letter-waits role=notification eventId=%s cause=%s", due.dedupeKey(), Causes.brief(e));
            return again(due, cause);
        }
    }

    private Result again(DueNotification due, String cause) {
        return new Result(due.id(), due.attempts(), "queued", backoff.after(due.attempts()), cause, null);
    }
}
