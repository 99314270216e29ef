package io.payroute.aggregator.stream;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.aggregator.AggregatorRole;
import io.payroute.aggregator.StoreEvents;
import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.work.WakeUps;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;

/**
 * Reads what is committed once for all who watch, and hands it on: at once after a commit of this process, and at the next poll what
 * another one has committed. The last events are kept in one ring for everybody, so that a subscriber costs a position and no
 * memory, and no thread. While nobody watches it does nothing.
 */
@ApplicationScoped
public class PaymentTail {

    private static final Logger LOG = Logger.getLogger(PaymentTail.class);
    private static final int READERS = 2;
    /** Streams of a process, however they came in. */
    private static final int MOST = 4_000;

    private final StreamReads reads;
    private final long pollMillis;
    private final long stallNanos;
    private final long maxAgeNanos;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final StreamedEvent[] ring;
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS, task -> daemon(task, "aggregator-stream"));
    private final Runnable woken = this::committed;
    /** How many events the ring has had. */
    private long head;
    /** Of the last event before the oldest one in the ring. */
    private long floor;
    private long position;
    private boolean running;
    private boolean signalled;
    private boolean closed;
    private Thread thread;

    @Inject
    PaymentTail(RoleDatabases databases, MeterRegistry meters,
            @ConfigProperty(name = "aggregator.stream.buffer") int buffer,
            @ConfigProperty(name = "aggregator.stream.poll-interval") Duration poll,
            @ConfigProperty(name = "aggregator.stream.stall-timeout") Duration stall,
            @ConfigProperty(name = "aggregator.stream.max-age") Duration maxAge) {
        this(databases.of(AggregatorRole.NAME), buffer, poll, stall, maxAge);
        Gauge.builder("payroute.aggregator.subscribers", this, PaymentTail::subscribers).description("Streams that are open")
                .register(meters);
    }

    public PaymentTail(DataSource dataSource, int buffer, Duration poll, Duration stall, Duration maxAge) {
        this.reads = new StreamReads(dataSource);
        this.ring = new StreamedEvent[buffer];
        this.pollMillis = poll.toMillis();
        this.stallNanos = stall.toNanos();
        this.maxAgeNanos = maxAge.toNanos();
        WakeUps.add(StoreEvents.STREAMS, woken);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** After a commit of this process. Costs next to nothing when nobody watches. */
    private void committed() {
        if (!subscriptions.isEmpty()) {
            signal();
        }
    }

    private synchronized void signal() {
        signalled = true;
        notifyAll();
    }

    /**
     * Begins to tell; what follows goes on with the transport.
     *
     * @param cursor of the last event that arrived, {@code latest}, or null for all there is
     * @throws Refusal when the cursor is none, or older than what is kept, or this process stops
     */
    Subscription subscribe(StreamFilter filter, String cursor, StreamSink sink) throws SQLException {
        StreamReads.Position now = reads.position();
        StreamCursor from = cursor == null || cursor.isBlank()
                ? new StreamCursor(0, now.last())
                : cursor.equals("latest") ? new StreamCursor(now.last(), now.last()) : StreamCursor.of(cursor);
        if (Math.max(from.at(), from.horizon()) > now.last()) {
            throw Refusal.invalid("cursor", "cursor", "cursor is of another installation.");
        }
        if (Math.max(from.at(), from.horizon()) + 1 < now.first()) {
            throw Refusal.of(Refusal.Kind.CONFLICT, "cursor-too-old", "The cursor is too old",
                    "The events behind this cursor are not kept any more; begin without one.");
        }
        // Those that came together do not come back together.
        long age = ThreadLocalRandom.current().nextLong(maxAgeNanos - maxAgeNanos / 10, maxAgeNanos + 1);
        Subscription subscription = new Subscription(this, reads, filter, from, sink, stallNanos, age);
        synchronized (this) {
            if (closed || subscriptions.size() >= MOST) {
                throw Refusal.unavailable(1);
            }
            // Before anybody else can send.
            sink.begin(from.text());
            subscriptions.add(subscription);
            if (thread == null) {
                thread = daemon(this::run, "aggregator-tail");
                thread.start();
            }
        }
        signal();
        subscription.pump();
        return subscription;
    }

    /** How many streams are open. */
    public int subscribers() {
        return subscriptions.size();
    }

    void leave(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /** For the pages that a subscriber reads before it is among the others. */
    Executor readers() {
        return readers;
    }

    private void run() {
        while (true) {
            try {
                if (!await()) {
                    return;
                }
                read();
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.warnf("event=tail-failed role=%s cause=%s", AggregatorRole.NAME, Causes.brief(e));
            }
        }
    }

    /** @return false at the end */
    private synchronized boolean await() throws InterruptedException {
        long until = System.nanoTime() + pollMillis * 1_000_000;
        while (!closed && !signalled) {
            if (subscriptions.isEmpty()) {
                running = false;
                wait();
                until = System.nanoTime();
            } else {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        }
        signalled = false;
        return !closed;
    }

    private void read() throws SQLException {
        if (!running) {
            long last = reads.position().last();
            synchronized (this) {
                position = last;
                floor = last;
                head = 0;
                Arrays.fill(ring, null);
                running = true;
            }
        }
        List<StreamReads.Row> rows;
        do {
            rows = reads.after(position);
            synchronized (this) {
                rows.forEach(this::append);
            }
            subscriptions.forEach(Subscription::pump);
        } while (rows.size() == StreamReads.PAGE);
    }

    private void append(StreamReads.Row row) {
        position = row.seq();
        if (row.event() != null) {
            int slot = (int) (head++ % ring.length);
            if (ring[slot] != null) {
                floor = ring[slot].seq();
            }
            ring[slot] = row.event();
        }
    }

    /** @return where behind this event the ring goes on; -1 when it has lost that, or has not begun */
    synchronized long join(long seq) {
        if (!running || seq < floor || seq > position) {
            return -1;
        }
        long from = Math.max(0, head - ring.length);
        long to = head;
        while (from < to) {
            long middle = (from + to) / 2;
            if (ring[(int) (middle % ring.length)].seq() > seq) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    /** @return null when there is none yet, {@link StreamedEvent#LOST} when there is none any more */
    synchronized StreamedEvent at(long index) {
        if (head - index > ring.length) {
            return StreamedEvent.LOST;
        }
        return index < head ? ring[(int) (index % ring.length)] : null;
    }

    /** Ends all streams, with the cursor to go on from: before anything else stops, so that they go to another process. */
    void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
        close();
    }

    @PreDestroy
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        WakeUps.remove(StoreEvents.STREAMS, woken);
        subscriptions.forEach(subscription -> subscription.end(StreamSink.End.STOPPING));
        readers.shutdownNow();
    }
}
