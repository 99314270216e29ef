package io.payroute.payment.webhook.delivery;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jboss.logging.Logger;

import io.payroute.http.AcceptFirst;
import io.payroute.messaging.Pauses;
import io.payroute.payment.webhook.WebhookSettings;
import io.payroute.runtime.Causes;
import io.payroute.runtime.CrashPoint;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;
import io.payroute.runtime.Transient;

/**
 * Sends what is due through {@code direct:payment-webhook-deliver}, several at once, and only so many of one endpoint: one that
 * answers slowly delays nobody else.
 * <p>
 * A delivery is claimed before and recorded after it is sent, and never lost between. A process that dies between the two leaves
 * it to be sent again when its lease has ended, with the same {@code webhook-id}.
 */
@ApplicationScoped
@Named("deliverWebhooks")
public class DeliverWebhooks {

    private static final Logger LOG = Logger.getLogger(DeliverWebhooks.class);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final String ROUTE = "direct:payment-webhook-deliver";

    private final CamelContext context;
    private final DeliveryQueue queue;
    private final WebhookSettings settings;
    private final DeliveryRules rules;
    private final IntUnaryOperator pace;
    private final ExecutorService senders;
    private final ProducerTemplate routes;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<UUID, Integer> busy = new ConcurrentHashMap<>();
    /** Results that the database could not take yet. What is sent meanwhile would be sent again, once its lease has ended. */
    private final AtomicInteger unrecorded = new AtomicInteger();
    private final Pauses pauses = new Pauses("webhooks", Roles.PAYMENT);
    private volatile boolean draining;

    @Inject
    DeliverWebhooks(CamelContext context, RoleDatabases databases, WebhookSettings settings, AcceptFirst acceptFirst) {
        this(context, new DeliveryQueue(databases.of(Roles.PAYMENT), settings.disableAfter()), settings, acceptFirst::limit);
    }

    /** @param pace how much of what could be claimed may be claimed at this look */
    DeliverWebhooks(CamelContext context, DeliveryQueue queue, WebhookSettings settings, IntUnaryOperator pace) {
        this.context = context;
        this.queue = queue;
        this.settings = settings;
        this.rules = new DeliveryRules(settings);
        this.pace = pace;
        this.senders = Executors.newFixedThreadPool(settings.inFlight(), task -> {
            Thread thread = new Thread(task, "webhook-sender");
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
        int room = settings.inFlight() - inFlight.get();
        if (draining || room <= 0 || unrecorded.get() > 0 || pauses.paused()) {
            return;
        }
        try {
            long claimedAt = System.nanoTime();
            List<DueDelivery> claimed = queue.claim(pace.applyAsInt(room), settings.inFlightPerEndpoint(), Map.copyOf(busy),
                    settings.lease());
            for (DueDelivery due : claimed) {
                inFlight.incrementAndGet();
                busy.merge(due.endpointId(), 1, Integer::sum);
                senders.execute(() -> send(due, claimedAt));
            }
            pauses.succeeded();
        } catch (SQLException | RejectedExecutionException e) {
            pauses.failed(e);
        }
    }

    /** @param claimedAt in {@link System#nanoTime}: time goes on from the database's by it */
    private void send(DueDelivery due, long claimedAt) {
        DeliveryResult result = DeliveryResult.released(due);
        Supplier<Duration> since = () -> Duration.ofNanos(System.nanoTime() - claimedAt);
        if (unrecorded.get() == 0 && !draining && since.get().compareTo(settings.lease().dividedBy(2)) <= 0) {
            CrashPoint.reached("webhook-before-send");
            Instant startedAt = due.claimedAt().plus(since.get());
            Exchange exchange = routes.send(ROUTE, made -> made.setProperty(DueDelivery.PROPERTY, due));
            CrashPoint.reached("webhook-after-send-before-mark");
            Throwable failure = exchange.getException();
            if (failure == null || !draining || context.isRunAllowed()) {
                result = rules.decide(due, answer(exchange), startedAt, due.claimedAt().plus(since.get()));
            }
            if ("internal".equals(result.error()) || "secret_unreadable".equals(result.error())) {
                LOG.errorf("event=webhook-not-sent role=payment endpointId=%s cause=%s", due.endpointId(),
                        Causes.brief(failure));
            }
        }
        record(due, result, false);
    }

    private static DeliveryRules.Answer answer(Exchange exchange) {
        Integer status = exchange.getException() == null
                ? exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class)
                : null;
        return new DeliveryRules.Answer(status, exchange.getMessage().getHeader("Retry-After", String.class),
                exchange.getException());
    }

    /** Until the database has taken a result, it is offered again, and nothing more is sent. */
    private void record(DueDelivery due, DeliveryResult result, boolean offeredBefore) {
        CompletableFuture<Void> written;
        try {
            written = queue.finish(result);
        } catch (RejectedExecutionException e) {
            written = CompletableFuture.failedFuture(e);
        }
        written.whenComplete((done, failure) -> {
            if (failure == null || draining || !Transient.is(failure)) {
                unrecorded.addAndGet(offeredBefore ? -1 : 0);
                busy.computeIfPresent(due.endpointId(), (id, count) -> count > 1 ? count - 1 : null);
                inFlight.decrementAndGet();
                if (failure != null) {
                    LOG.warnf("event=result-lost role=payment cause=%s", Causes.brief(failure));
                }
                return;
            }
            unrecorded.addAndGet(offeredBefore ? 0 : 1);
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> record(due, result, true));
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
            if (!senders.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warnf("event=senders-cut-off role=payment inFlight=%d", inFlight.get());
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
