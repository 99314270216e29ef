package io.payroute.notification;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.apache.camel.util.TimeUtils;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import io.payroute.notification.NotificationQueue.Result;
import io.payroute.platform.Causes;
import io.payroute.platform.outbox.DeadLetters.Letter;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.work.Backoff;

/**
 * Decides what becomes of an attempt: sent, tried again later, or dead. A dead letter is stored before the notification is
 * marked dead, so that none is dead without one. What a server had as a whole and did not answer is repeated a few times at most:
 * each may be one mail more for the customer.
 *
 * @param unanswered pauses before a message without an answer is sent again; their number is that of the repetitions
 * @param states what is known of the mail server and the SMS service
 */
record DeliveryOutcome(Backoff backoff, int maxAttempts, List<Duration> unanswered, DeadLetterStore deadLetters, String topic,
        ChannelStates states) {

    private static final Logger LOG = Logger.getLogger(DeliveryOutcome.class);

    @FunctionalInterface
    interface DeadLetterStore {
        void store(Letter letter) throws SQLException;
    }

    static DeliveryOutcome of(Config config, DeadLetterStore deadLetters, ChannelStates states) {
        return new DeliveryOutcome(
                new Backoff(duration(config, "notification.retry-first"), duration(config, "notification.retry-max")),
                config.getValue("notification.max-attempts", Integer.class),
                Stream.of(config.getValue("notification.unanswered-schedule", String.class).split(",")).map(String::trim)
                        .map(DeliveryOutcome::duration).toList(),
                deadLetters, config.getValue("topic.notification-updated", String.class), states);
    }

    static Duration duration(Config config, String key) {
        return duration(config.getValue(key, String.class));
    }

    private static Duration duration(String text) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(text));
    }

    /** @param failure null when it was sent */
    Result of(DueNotification due, Throwable failure) {
        if (failure == null) {
            states.hookPassed();
            states.of(due.kind()).succeeded();
            return Result.ended(due, "sent", null, NotificationEvents.updated(topic, due, "sent", null));
        }
        FailureCause cause = FailureCause.of(failure, due.kind());
        states.of(failure instanceof HookFailure ? SendNotifications.HOOK : due.kind()).failed(cause, due);
        if (SmtpFailure.isUnanswered(failure)) {
            return due.unanswered() < unanswered.size()
                    ? again(due, cause, unanswered.get(due.unanswered()), true)
                    : dead(due, cause, unanswered.isEmpty() ? backoff.max() : unanswered.get(unanswered.size() - 1));
        }
        Duration pause = backoff.after(due.attempts());
        return SmtpFailure.isPermanent(failure) || due.attempts() >= maxAttempts
                ? dead(due, cause, pause)
                : again(due, cause, pause, false);
    }

    /** The hook's word: it is not sent, now or later. */
    Result suppressed(DueNotification due, String reason) {
        states.hookPassed();
        return Result.ended(due, "skipped", reason, NotificationEvents.updated(topic, due, "skipped", "suppressed"));
    }

    /** A stop does not wait for a slow mail server: its answer is lost, and it may have taken the message. */
    Result cutOff(DueNotification due) {
        Duration pause = due.unanswered() < unanswered.size() ? unanswered.get(due.unanswered()) : backoff.max();
        return Result.again(due, pause, "stopped before the answer", true, null);
    }

    /** @param pause until it is tried again, if the dead letter cannot be stored */
    private Result dead(DueNotification due, FailureCause cause, Duration pause) {
        try {
            deadLetters
                    .store(new Letter(ReplayNotification.SOURCE, due.dedupeKey().getBytes(StandardCharsets.UTF_8),
                            due.dedupeKey(), "io.payroute.notification." + due.kind(), EventEnvelope.JSON,
                            ReplayNotification.payload(due), "notification-send-" + due.kind(), cause.text(), due.attempts()));
            return Result.ended(due, "dead", cause.text(), NotificationEvents.updated(topic, due, "dead", cause.brief()));
        } catch (SQLException e) {
            LOG.warnf("event=dead-letter-waits role=notification%s cause=%s", due.logIds(), Causes.brief(e));
            return again(due, cause, pause, false);
        }
    }

    /** A cause is told once: most messages that wait fail in the same way again and again. */
    private Result again(DueNotification due, FailureCause cause, Duration delay, boolean unanswered) {
        boolean told = due.reason() != null && due.reason().startsWith(cause.brief());
        return Result.again(due, delay, cause.text(), unanswered,
                told ? null : NotificationEvents.updated(topic, due, "waiting", cause.brief()));
    }
}
