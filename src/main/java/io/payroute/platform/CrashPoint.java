package io.payroute.platform;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Named points around commits, sends and acknowledgements, where the crash tests end the process as a power cut would.
 * <p>
 * Armed by {@code -Dpayroute.crash-point=name} on the command line alone, read once, so that no configuration, message or
 * request can reach it; unarmed, as always outside those tests, a call compiles to nothing. {@code payroute.crash-passing} says
 * at which passing, 1 for the first.
 */
public final class CrashPoint {

    /** What {@code kill -9} makes of an exit code. */
    private static final int KILLED = 137;
    private static final String POINT = System.getProperty("payroute.crash-point");
    private static final int PASSING = Integer.getInteger("payroute.crash-passing", 1);
    private static final AtomicInteger PASSINGS = new AtomicInteger();

    private CrashPoint() {
    }

    public static void reached(String point) {
        if (POINT != null && POINT.equals(point) && PASSINGS.incrementAndGet() == PASSING) {
            System.err.println("event=crash-point point=" + point);
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
