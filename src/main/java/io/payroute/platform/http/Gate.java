package io.payroute.platform.http;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many requests work, and how many may be on their way to that: while their body comes, or until there is a permit. Both numbers
 * are bounded, so that a burst is worked off in turn instead of being refused, and a flood is refused instead of filling the memory.
 */
final class Gate {

    /** One request, from its head to its answer. All that it says of itself is guarded by the gate. */
    final class Visit {

        private State state = State.ARRIVING;
        private Runnable admitted;

        /** @param then runs when its turn comes, on the thread of the request that made room; not when this returns true */
        boolean enter(Runnable then) {
            return Gate.this.enter(this, then);
        }

        /** @return whether it still waited, and now waits no more */
        boolean giveUp() {
            return Gate.this.giveUp(this);
        }

        /** It was answered, or its client is gone; however far it came. */
        void end() {
            Gate.this.end(this);
        }
    }

    private enum State {
        ARRIVING, WAITING, INSIDE, GONE
    }

    private final int permits;
    private final int maxArriving;
    private final Deque<Visit> waiting = new ArrayDeque<>();
    private int inside;
    private int arriving;

    /**
     * @param permits most requests that work at a time, at least 1
     * @param maxArriving most requests that arrive or wait at a time, at least 1
     */
    Gate(int permits, int maxArriving) {
        this.permits = permits;
        this.maxArriving = maxArriving;
    }

    /** @return null when too many are on their way already */
    synchronized Visit arrive() {
        if (arriving >= maxArriving) {
            return null;
        }
        arriving++;
        return new Visit();
    }

    /** Frees the permit of a request that only waits for something, until {@link #stepIn}. */
    void stepOut() {
        run(releasePermit());
    }

    /** Takes a permit again, also where there is none. */
    synchronized void stepIn() {
        inside++;
    }

    synchronized int inside() {
        return inside;
    }

    /** Requests whose body comes or that wait for a permit. */
    synchronized int arriving() {
        return arriving;
    }

    private synchronized boolean enter(Visit visit, Runnable then) {
        if (visit.state == State.GONE) {
            return false;
        }
        if (inside < permits) {
            letIn(visit);
            return true;
        }
        visit.state = State.WAITING;
        visit.admitted = then;
        waiting.add(visit);
        return false;
    }

    private synchronized boolean giveUp(Visit visit) {
        if (visit.state != State.WAITING) {
            return false;
        }
        gone(visit);
        return true;
    }

    private void end(Visit visit) {
        Runnable next = null;
        synchronized (this) {
            if (visit.state == State.INSIDE) {
                visit.state = State.GONE;
                next = releasePermit();
            } else if (visit.state != State.GONE) {
                gone(visit);
            }
        }
        run(next);
    }

    /** @return what lets the next one in, to be run without the lock; null when there is none */
    private synchronized Runnable releasePermit() {
        inside--;
        Visit next = inside < permits ? nextWaiting() : null;
        if (next == null) {
            return null;
        }
        letIn(next);
        return next.admitted;
    }

    private Visit nextWaiting() {
        Visit next = waiting.poll();
        while (next != null && next.state != State.WAITING) {
            next = waiting.poll();
        }
        return next;
    }

    private void letIn(Visit visit) {
        visit.state = State.INSIDE;
        arriving--;
        inside++;
    }

    /** It stays in the line for a while: to look for it there would cost each one that gives up a walk along all others. */
    private void gone(Visit visit) {
        visit.state = State.GONE;
        visit.admitted = null;
        arriving--;
        if (waiting.size() > 2 * maxArriving) {
            waiting.removeIf(other -> other.state == State.GONE);
        }
    }

    private static void run(Runnable next) {
        if (next != null) {
            next.run();
        }
    }
}
