package io.payroute.platform.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jboss.logging.Logger;

import io.payroute.platform.Causes;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.LogSubject;
import io.payroute.platform.log.LogContext;
import io.payroute.platform.trace.Span;
import io.payroute.platform.trace.TraceContext;
import io.payroute.platform.trace.Traces;
import io.payroute.platform.work.HeldTasks.Held;

/**
 * Runs its route for due rows of a {@link WorkQueue}, many at once; a route that waits holds no thread.
 * <ul>
 * <li>A task begins in the first half of its lease or not at all: one that waited longer, behind slow ones or in a process that
 * stood still, is given back.
 * <li>A task whose exchange fails, or whose process dies, stays claimed until its lease ends, and is claimed again then.
 * <li>No more tasks of one key run at once than the endpoint says, and a slow key leaves room for the others.
 * <li>A queue whose tasks may take longer has the lease of those that run renewed.
 * <li>While the database is unavailable it pauses with back-off.
 * <li>Suspending and stopping take nothing more, give back what has not begun, and let Camel wait for what has.
 * </ul>
 */
public class WorkConsumer extends PolledConsumer implements ShutdownAware {

    private static final Logger LOG = Logger.getLogger(WorkConsumer.class);

    private final WorkEndpoint endpoint;
    private final WorkComponent component;
    private WorkQueue<WorkTask> queue;
    private HeldTasks<WorkTask> held;
    private WorkMeters meters;
    private IntSupplier pace;
    private ExecutorService threads;
    /** What ended may have left room for something that was due and could not be claimed. */
    private volatile boolean more;
    private long renewedAt = System.nanoTime();
    /** The last task failed too, and was told of: while the database is unavailable all fail. */
    private volatile boolean failing;

    WorkConsumer(WorkEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.component = endpoint.getComponent();
    }

    @Override
    protected void doInit() throws Exception {
        queue = component.queue(endpoint.getQueue());
        held = new HeldTasks<>(endpoint.getMaxInFlight(), endpoint.maxPerKey(), endpoint.getAhead());
        meters = new WorkMeters(component.meters(), role(), endpoint.getQueue(), held);
        pace = component.pace();
        super.doInit();
    }

    @Override
    protected void doStart() throws Exception {
        // The permits bound its queue, so no other thread ever runs a task. What was given back meanwhile passes through it.
        threads = getEndpoint().getCamelContext().getExecutorServiceManager().newThreadPool(this, endpoint.getQueue(),
                new ThreadPoolProfileBuilder(endpoint.getQueue()).poolSize(endpoint.getThreads())
                        .maxPoolSize(endpoint.getThreads()).maxQueueSize(Integer.MAX_VALUE)
                        .rejectedPolicy(ThreadPoolRejectedPolicy.Abort).build());
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        if (threads != null) {
            takeNothingMore();
            cutOff(held.takeInFlight(true));
        }
        super.doStop();
    }

    private void cutOff(List<WorkTask> running) {
        if (running.isEmpty()) {
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdownGraceful(threads);
        } else {
            LOG.warnf("event=tasks-cut-off queue=%s role=%s tasks=%d", endpoint.getQueue(), role(), running.size());
            queue.cutOff(running);
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(threads);
        }
    }

    /** What has not begun is given back, unless the database does not answer: then its lease ends by itself. */
    @Override
    protected boolean takeNothingMore() {
        boolean ended = super.takeNothingMore();
        List<WorkTask> waiting = new ArrayList<>(held.takeWaiting());
        waiting.addAll(held.takeInFlight(false));
        if (ended && !waiting.isEmpty()) {
            CrashPoint.reached("stop-before-given-back");
            giveBack(waiting);
            CrashPoint.reached("stop-after-given-back");
        }
        return ended;
    }

    @Override
    protected String role() {
        return queue.role();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return held.inFlight();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // Suspending is what it takes.
    }

    /** Nothing is claimed, nor about to be. */
    boolean isIdle() {
        return !isPolling() && held.inFlight() == 0 && held.waiting() == 0;
    }

    /** Claims while a whole claim is due and there is room for it. */
    @Override
    protected boolean poll() throws Exception {
        int left = pace.getAsInt();
        renew();
        giveBackLate(held.takeLate());
        begin();
        while (!queue.isBlocked() && !isEnding()) {
            // Before the claim: what ends while it runs must not be missed.
            more = true;
            Claim claim = held.claim(endpoint.getClaimSize(), endpoint.getLease());
            int limit = Math.min(claim.limit(), left);
            if (limit == 0) {
                return left == 0;
            }
            long startUntil = System.nanoTime() + endpoint.getLease().toNanos() / 2;
            List<WorkTask> claimed = queue.claim(claim.withLimit(limit));
            meters.claimed(claimed.size());
            if (isEnding()) {
                giveBack(claimed);
                return false;
            }
            held.add(claimed, startUntil, traces(claimed));
            begin();
            left -= claimed.size();
            if (claimed.size() < limit) {
                more = !claim.full().isEmpty() || claim.perKey() < Integer.MAX_VALUE && !claimed.isEmpty();
                return false;
            }
            if (limit < endpoint.getClaimSize()) {
                // What frees up one by one is claimed together, after the gap.
                return left == 0;
            }
        }
        return true;
    }

    private void renew() throws Exception {
        long now = System.nanoTime();
        if (now - renewedAt > endpoint.getLease().toNanos() / 4) {
            List<WorkTask> running = held.running();
            if (!running.isEmpty()) {
                CrashPoint.reached("work-before-renewal");
                held.renewed(queue.renew(running, endpoint.getLease()), now + endpoint.getLease().toNanos() / 2);
                CrashPoint.reached("work-after-renewal");
            }
            renewedAt = now;
        }
    }

    private void begin() {
        if (queue.isBlocked()) {
            return;
        }
        for (Held<WorkTask> one : held.begin()) {
            try {
                threads.execute(() -> run(one));
            } catch (RejectedExecutionException e) {
                // Stopping: its lease ends by itself.
                held.ended(one);
            }
        }
    }

    private void run(Held<WorkTask> one) {
        if (queue.isBlocked()) {
            held.notBegun(one);
            return;
        }
        if (System.nanoTime() - one.startUntil() > 0) {
            if (held.ended(one)) {
                giveBackLate(List.of(one.task()));
            }
            goOn();
            return;
        }
        if (!held.start(one)) {
            // Given back by a stop.
            return;
        }
        try {
            Exchange exchange = createExchange(false);
            exchange.setProperty(WorkTask.START_UNTIL, one.startUntil());
            exchange.getMessage().setBody(one.task());
            LogSubject.set(exchange, one.task());
            LogContext.enter(exchange);
            Span span = traced(exchange, one);
            getAsyncProcessor().process(exchange, doneSync -> {
                span.end(exchange.getException());
                ended(one, exchange.getExchangeId(), exchange.getException());
                releaseExchange(exchange, false);
            });
        } catch (Throwable e) {
            // An Error too: its permit would never be free again.
            ended(one, null, e);
        } finally {
            LogContext.leave(null);
        }
    }

    private Map<String, TraceContext> traces(List<WorkTask> claimed) {
        return Traces.areOn() && !claimed.isEmpty()
                ? Traces.find(role(), claimed.stream().map(WorkTask::traceKey).toList())
                : Map.of();
    }

    private Span traced(Exchange exchange, Held<WorkTask> one) {
        if (one.trace() == null) {
            return Span.none(null);
        }
        Span span = Traces.begin(Span.Kind.CONSUMER, endpoint.getQueue(), one.trace()).about(one.task().logIds()).set("routeId",
                getRouteId());
        span.context().set(exchange);
        return span;
    }

    private void ended(Held<WorkTask> one, String exchangeId, Throwable failure) {
        if (!held.ended(one)) {
            // Cut off by a stop.
            return;
        }
        if (failure == null) {
            meters.settled();
            failing = false;
        } else {
            meters.failed();
            LOG.logf(failing ? Logger.Level.DEBUG : Logger.Level.WARN,
                    "event=task-unsettled queue=%s role=%s%s exchangeId=%s cause=%s", endpoint.getQueue(), role(),
                    one.task().logIds(), exchangeId, Causes.brief(failure));
            failing = true;
        }
        if (System.nanoTime() - one.startUntil() > endpoint.getLease().toNanos() / 2) {
            meters.leaseExpired();
        }
        goOn();
    }

    /** There is room for another one. */
    private void goOn() {
        begin();
        if (more) {
            wake();
        }
    }

    private void giveBackLate(List<WorkTask> tasks) {
        if (!tasks.isEmpty()) {
            CrashPoint.reached("work-before-late-given-back");
            giveBack(tasks);
            CrashPoint.reached("work-after-late-given-back");
        }
    }

    private void giveBack(List<WorkTask> tasks) {
        if (tasks.isEmpty()) {
            return;
        }
        try {
            queue.giveBack(tasks);
            meters.givenBack(tasks.size());
        } catch (Exception e) {
            // The lease ends by itself.
            LOG.warnf("event=tasks-not-given-back queue=%s role=%s tasks=%d cause=%s", endpoint.getQueue(), role(),
                    tasks.size(), Causes.brief(e));
        }
    }
}
