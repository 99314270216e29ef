package io.payroute.notification;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.LifecycleStrategySupport;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import io.payroute.http.AcceptFirst;
import io.payroute.messaging.Pauses;
import io.payroute.messaging.RoleDeadLetters;
import io.payroute.notification.NotificationQueue.Result;
import io.payroute.runtime.Causes;
import io.payroute.runtime.CrashPoint;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;
import io.payroute.runtime.Transient;

/**
 * Sends what is due, through the route of its kind, with a bounded number of senders.
 * <p>
 * A notification is claimed before and recorded after it is sent, and never lost between. Its lease is renewed while it is being
 * sent. A sender that dies between the server's acceptance and the record sends it again when the lease has ended, with the same
 * Message-ID: SMTP offers no more.
 */
@ApplicationScoped
@Named("sendNotifications")
public class SendNotifications {

    private static final Logger LOG = Logger.getLogger(SendNotifications.class);
    /** Claimed ahead for each sender, so that none waits for the next poll. */
    private static final int AHEAD = 16;

    private final CamelContext context;
    private final NotificationQueue queue;
    private final DeliveryOutcome outcome;
    private final Duration lease;
    private final int slots;
    private final Duration patience;
    private final IntUnaryOperator pace;
    private final ExecutorService senders;
    private final ProducerTemplate routes;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<Long, DueNotification> sending = new ConcurrentHashMap<>();
    private long renewedAt = System.nanoTime();
    /** Results that the database could not take yet. What is sent meanwhile would be sent again, once its lease has ended. */
    private final AtomicInteger unrecorded = new AtomicInteger();
    private final Pauses pauses = new Pauses("sending", Roles.NOTIFICATION);
    private volatile boolean draining;

    @Inject
    SendNotifications(CamelContext context, RoleDatabases databases, RoleDeadLetters deadLetters, AcceptFirst acceptFirst,
            ChannelStates states, Config config) {
        this(context,
                new NotificationQueue(databases.of(Roles.NOTIFICATION),
                        config.getValue("topic.notification-updated", String.class)),
                DeliveryOutcome.of(config, deadLetters.of(Roles.NOTIFICATION)::store, states),
                DeliveryOutcome.duration(config, "notification.lease"),
                config.getValue("notification.senders", Integer.class), acceptFirst::limit, Duration.ofSeconds(10));
    }

    /** @param patience of a stop with what is being sent */
    SendNotifications(CamelContext context, NotificationQueue queue, DeliveryOutcome outcome, Duration lease, int threads,
            IntUnaryOperator pace, Duration patience) {
        this.pace = pace;
        this.patience = patience;
        this.context = context;
        this.queue = queue;
        this.outcome = outcome;
        this.lease = lease;
        this.slots = threads * AHEAD;
        this.senders = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "notification-sender");
            thread.setDaemon(true);
            return thread;
        });
        this.routes = context.createProducerTemplate();
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext stopping) {
                drain();
            }
        });
    }

    /** Claims as many as there is room for. Failures of the database pause it; they are logged, not thrown. */
    public synchronized void dispatch() {
        if (draining || pauses.paused()) {
            return;
        }
        try {
            renew();
            if (unrecorded.get() > 0) {
                return;
            }
            int room = slots - inFlight.get();
            while (room >= slots / 2) {
                room = pace.applyAsInt(room);
                List<DueNotification> claimed = queue.claim(room, lease);
                long deadline = System.nanoTime() + lease.toNanos() / 2;
                inFlight.addAndGet(claimed.size());
                claimed.forEach(due -> senders.execute(() -> send(due, deadline)));
                room = claimed.size() < room || room < slots / 2 ? 0 : slots - inFlight.get();
            }
            pauses.succeeded();
        } catch (Exception e) {
            pauses.failed(e);
        }
    }

    /** A mail server may take ten minutes for its answer. A lease that long would hold up what a dead process had claimed. */
    private void renew() throws Exception {
        if (System.nanoTime() - renewedAt > lease.toNanos() / 4) {
            renewedAt = System.nanoTime();
            if (!sending.isEmpty()) {
                queue.renew(sending.values(), lease);
            }
        }
    }

    private void send(DueNotification due, long deadline) {
        Result result;
        if (unrecorded.get() > 0 || System.nanoTime() - deadline > 0) {
            // That it was sent could not be recorded, or the senders ahead were slow and another may have claimed it by the
            // time this mail would be out.
            result = Result.unused(due);
        } else {
            CrashPoint.reached("mail-before-send");
            sending.put(due.id(), due);
            Exchange exchange = routes.send("direct:notification-send-" + due.kind(),
                    message -> message.getMessage().setBody(due));
            sending.remove(due.id(), due);
            CrashPoint.reached("mail-after-send-before-mark");
            result = result(due, exchange.getException());
        }
        record(result, false);
    }

    /** What fails because this process stops is no attempt, unless the message may have gone out. */
    private Result result(DueNotification due, Exception failure) {
        boolean stopping = draining && !context.isRunAllowed();
        return stopping && failure != null && !SmtpFailure.isUnanswered(failure)
                ? Result.unused(due)
                : outcome.of(due, failure);
    }

    /** Until the database has taken a result, it is offered again, and nothing more is sent. */
    private void record(Result result, boolean offeredBefore) {
        CompletableFuture<Void> written;
        try {
            written = queue.finish(result);
        } catch (RejectedExecutionException e) {
            written = CompletableFuture.failedFuture(e);
        }
        written.whenComplete((done, failure) -> {
            if (failure == null || draining || !Transient.is(failure)) {
                unrecorded.addAndGet(offeredBefore ? -1 : 0);
                inFlight.decrementAndGet();
                if (failure != null) {
                    LOG.warnf("event=result-lost role=notification cause=%s", Causes.brief(failure));
                }
                return;
            }
            unrecorded.addAndGet(offeredBefore ? 0 : 1);
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> record(result, true));
        });
    }

    /** Takes nothing more and finishes what was taken, while the routes still run. */
    void drain() {
        synchronized (this) {
            // What a dispatch has claimed it has handed over.
            draining = true;
            senders.shutdown();
        }
        try {
            if (!senders.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warnf("event=senders-cut-off role=notification inFlight=%d", inFlight.get());
                sending.values().forEach(due -> queue.finish(outcome.cutOff(due)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.close();
    }

    int inFlight() {
        return inFlight.get();
    }

    @PreDestroy
    void close() {
        drain();
    }
}
