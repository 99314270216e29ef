package io.payroute.aggregator.stream;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import org.jboss.logging.Logger;

import io.payroute.platform.Causes;

/**
 * One who watches. First come the payments there are, by the event that changed each last, up to the one that was the last when he
 * came; then every event behind that, from the table until he has caught up, and from then on from the ring that all share. So
 * nothing is missing between, and nothing comes twice: a payment that changes meanwhile leaves the first part and comes with the
 * second.
 * <p>
 * Nothing is sent that the transport does not take. Who takes nothing is ended: when the ring has gone around, or, while he is still
 * catching up, after a time.
 */
final class Subscription {

    private static final Logger LOG = Logger.getLogger(Subscription.class);

    private enum Phase {
        SNAPSHOT, CATCHING_UP, LIVE, ENDED
    }

    private final PaymentTail tail;
    private final StreamReads reads;
    private final StreamFilter filter;
    private final StreamSink sink;
    private final long stallNanos;
    private final long endAt;
    private final long horizon;
    private final Deque<StreamedEvent> page = new ArrayDeque<>();
    private Phase phase;
    /** The number of the last event that was sent or let out. */
    private long at;
    /** Up to where the page goes. */
    private long pageEnd;
    private boolean reading;
    /** In the ring. */
    private long next;
    private long readyAt = System.nanoTime();

    /**
     * @param stallNanos for how long it may take nothing while it is catching up
     * @param maxAgeNanos after so long it is ended, however well it reads
     */
    Subscription(PaymentTail tail, StreamReads reads, StreamFilter filter, StreamCursor from, StreamSink sink,
            long stallNanos, long maxAgeNanos) {
        this.tail = tail;
        this.reads = reads;
        this.filter = filter;
        this.sink = sink;
        this.stallNanos = stallNanos;
        this.endAt = System.nanoTime() + maxAgeNanos;
        this.at = from.at();
        this.pageEnd = at;
        this.horizon = from.horizon();
        this.phase = from.isInSnapshot() ? Phase.SNAPSHOT : Phase.CATCHING_UP;
    }

    /** Sends what there is, as far as the transport takes it. */
    synchronized void pump() {
        try {
            if (phase == Phase.ENDED) {
                return;
            }
            long now = System.nanoTime();
            if (now - endAt > 0) {
                end(StreamSink.End.OLD);
                return;
            }
            if (sink.isReady()) {
                readyAt = now;
            }
            while (!page.isEmpty() && sink.isReady()) {
                StreamedEvent event = page.poll();
                at = event.seq();
                sink.send(event);
            }
            if (page.isEmpty() && phase != Phase.LIVE) {
                at = pageEnd;
                readOn();
            }
            if (phase == Phase.LIVE) {
                live();
            } else if (System.nanoTime() - readyAt > stallNanos) {
                end(StreamSink.End.TOO_SLOW);
            }
        } catch (RuntimeException e) {
            LOG.debug("event=stream-failed", e);
            end(StreamSink.End.FAILED);
        }
    }

    private void live() {
        while (true) {
            StreamedEvent event = tail.at(next);
            if (event == StreamedEvent.LOST) {
                end(StreamSink.End.TOO_SLOW);
                return;
            }
            if (event == null || !sink.isReady()) {
                return;
            }
            next++;
            at = event.seq();
            if (event.passes(filter)) {
                sink.send(event);
            }
        }
    }

    private void readOn() {
        if (phase == Phase.SNAPSHOT && at >= horizon) {
            phase = Phase.CATCHING_UP;
        }
        if (reading || !sink.isReady()) {
            return;
        }
        if (phase == Phase.CATCHING_UP) {
            long joined = tail.join(at);
            if (joined >= 0) {
                next = joined;
                phase = Phase.LIVE;
                return;
            }
        }
        reading = true;
        try {
            Phase what = phase;
            long from = at;
            tail.readers().execute(() -> read(what, from));
        } catch (RejectedExecutionException stopping) {
            reading = false;
        }
    }

    private void read(Phase what, long from) {
        try {
            if (what == Phase.SNAPSHOT) {
                // Filtered here: each statement reads a page, however few of its rows pass, and the cursor goes on with it.
                List<StreamedEvent> rows = reads.snapshot(from, horizon);
                turned(rows.stream().filter(event -> event.passes(filter)).toList(),
                        rows.size() < StreamReads.PAGE ? horizon : rows.get(rows.size() - 1).seq());
            } else {
                // Read before the rows, so that none up to it can be missing among them.
                long last = reads.position().last();
                List<StreamReads.Row> rows = reads.after(from);
                turned(rows.stream().map(StreamReads.Row::event).filter(event -> event != null && event.passes(filter))
                        .toList(),
                        rows.isEmpty() ? Math.max(from, last) : rows.get(rows.size() - 1).seq());
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("event=stream-read-failed cause=%s", Causes.brief(e));
            end(StreamSink.End.FAILED);
        }
    }

    private void turned(List<StreamedEvent> rows, long end) {
        synchronized (this) {
            reading = false;
            // Nothing came: the tail calls when it has.
            boolean idle = rows.isEmpty() && end == at && phase == Phase.CATCHING_UP;
            page.addAll(rows);
            pageEnd = end;
            if (idle && tail.join(end) < 0) {
                return;
            }
        }
        pump();
    }

    synchronized void end(StreamSink.End reason) {
        if (phase != Phase.ENDED) {
            StreamCursor cursor = phase == Phase.SNAPSHOT ? new StreamCursor(at, horizon) : new StreamCursor(at, at);
            phase = Phase.ENDED;
            page.clear();
            tail.leave(this);
            sink.end(reason, cursor.text());
        }
    }

    /** The other side has gone. */
    synchronized void gone() {
        phase = Phase.ENDED;
        page.clear();
        tail.leave(this);
    }
}
