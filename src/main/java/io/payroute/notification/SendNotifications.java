package io.payroute.notification;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.eclipse.microprofile.config.Config;

import io.payroute.notification.NotificationQueue.Result;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Meters;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.outbox.RoleDeadLetters;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.WorkQueue;
import io.payroute.platform.work.WorkTask;

/**
 * Notifications that are due, and what becomes of them.
 * <p>
 * A notification is claimed before and recorded after it is sent, and never lost between. Its lease is renewed while it is being
 * sent: a mail server may take ten minutes for its answer, and a lease that long would hold up what a dead process had claimed. A
 * sender that dies between the server's acceptance and the record sends it again when the lease has ended, with the same Message-ID:
 * SMTP offers no more.
 */
@ApplicationScoped
@Named(SendNotifications.QUEUE)
public class SendNotifications implements WorkQueue<DueNotification> {

    public static final String QUEUE = "notifications";
    static final String HOOK = "notification-before-message";
    private static final String SUPPRESSED = "notificationSuppressed";
    private static final String RELEASED = "notificationReleased";
    private static final String PROPERTY = "dueNotification";
    private static final String FAILURE = "notificationFailure";
    private static final String TOO_LATE = "notificationTooLate";

    private final NotificationQueue queue;
    private final DeliveryOutcome outcome;
    /** What a stop did not wait for any longer, by id and attempt; there are few. */
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();

    @Inject
    SendNotifications(CamelContext context, RoleDatabases databases, RoleDeadLetters deadLetters, ChannelStates states,
            Config config) {
        this(new NotificationQueue(databases.of(NotificationRole.NAME),
                config.getValue("topic.notification-updated", String.class),
                () -> !context.isRunAllowed()),
                DeliveryOutcome.of(config, deadLetters.of(NotificationRole.NAME)::store, states));
    }

    SendNotifications(NotificationQueue queue, DeliveryOutcome outcome) {
        this.queue = queue;
        this.outcome = outcome;
    }

    @Override
    public String role() {
        return NotificationRole.NAME;
    }

    /** Those that failed are among them, whenever they are due: a channel that is down shows in their age. */
    @Override
    public Backlog due() {
        return new Backlog("notification_work WHERE attempts > 0 OR due_at <= now()", "created_at");
    }

    @Override
    public List<DueNotification> claim(Claim claim) throws Exception {
        return queue.claim(claim.limit(), claim.lease());
    }

    @Override
    public void giveBack(List<DueNotification> tasks) throws Exception {
        queue.giveBack(tasks);
    }

    /** What is sent while results wait for the database would be sent again, once its lease has ended. */
    @Override
    public boolean isBlocked() {
        return queue.isBlocked();
    }

    @Override
    public List<DueNotification> renew(List<DueNotification> sending, Duration lease) throws Exception {
        return queue.renew(sending, lease);
    }

    @Override
    public void cutOff(List<DueNotification> sending) {
        sending.forEach(due -> cutOff.add(attempt(due)));
        sending.forEach(due -> queue.finish(outcome.cutOff(due)));
    }

    private static String attempt(DueNotification due) {
        return due.id() + "/" + due.attempts();
    }

    /** Keeps the notification where no route of a channel loses it. */
    public void begin(Exchange exchange) {
        CrashPoint.reached("mail-before-send");
        exchange.setProperty(PROPERTY, HookedMessages.begin(exchange));
    }

    /** Takes the hook's word, and lets go what may still be sent. */
    public void release(Exchange exchange, @ExchangeProperty(PROPERTY) DueNotification due) {
        Message message = exchange.getMessage();
        String suppressed = HookedMessages.takeWord(exchange, due);
        boolean tooLate = suppressed == null && isTooLate(exchange, due);
        message.setHeader("send", suppressed == null && !tooLate);
        exchange.setProperty(TOO_LATE, tooLate);
        exchange.setProperty(SUPPRESSED, suppressed);
        exchange.setProperty(RELEASED, true);
        CrashPoint.reached("mail-released");
    }

    /**
     * It may have waited for a sender behind the hook. What is sent after its time, or is recorded as cut off already, is sent again
     * by another; so it goes back as it was.
     */
    private boolean isTooLate(Exchange exchange, DueNotification due) {
        Long until = exchange.getProperty(WorkTask.START_UNTIL, Long.class);
        return until != null && System.nanoTime() - until > 0 || queue.isBlocked() || cutOff.contains(attempt(due));
    }

    /** Keeps what the hook or the route of the channel failed with. What it caught itself is no failure: it sent the message in the end. */
    public void keepFailure(Exchange exchange, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        exchange.setProperty(FAILURE, exchange.getProperty(RELEASED) == null ? new HookFailure(failure) : failure);
    }

    /** @return ends after the commit */
    public CompletionStage<Void> record(Exchange exchange, @ExchangeProperty(PROPERTY) DueNotification due,
            @ExchangeProperty(FAILURE) Throwable failure) {
        CrashPoint.reached("mail-after-send-before-mark");
        String suppressed = exchange.getProperty(SUPPRESSED, String.class);
        Result result = exchange.getProperty(TOO_LATE, false, Boolean.class)
                ? Result.unused(due)
                : failure == null && suppressed != null
                        ? outcome.suppressed(due, suppressed)
                        : result(due, failure, exchange.getContext());
        if (result.unused() == 0) {
            Meters.count("payroute.notification.attempts", "kind", due.kind(), "outcome", result.status());
        }
        return queue.finish(result);
    }

    /** What fails because this process stops is no attempt, unless the message may have gone out. */
    private Result result(DueNotification due, Throwable failure, CamelContext context) {
        return failure != null && !context.isRunAllowed() && !SmtpFailure.isUnanswered(failure)
                ? Result.unused(due)
                : outcome.of(due, failure);
    }

    @PreDestroy
    void close() {
        queue.close();
    }
}
