package io.payroute.http;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests are inside, and whether more may come in. A bounded number keeps a burst from queueing in memory until
 * every answer comes too late; what does not fit is told so at once and may be sent again.
 */
final class Admission {

    private final int max;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** @param max most requests at a time, at least 1 */
    Admission(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("payroute.http.max-in-flight must be at least 1, but is " + max);
        }
        this.max = max;
    }

    /** Takes a place; true obliges the caller to {@link #leave} exactly once. */
    boolean tryEnter() {
        if (inFlight.incrementAndGet() > max) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Takes a place, also where there is none: for one who was inside before. */
    void enterAgain() {
        inFlight.incrementAndGet();
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    int inFlight() {
        return inFlight.get();
    }
}
