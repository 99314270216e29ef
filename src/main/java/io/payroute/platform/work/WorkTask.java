package io.payroute.platform.work;

import io.payroute.platform.LogSubject;

/** A row of a {@link WorkQueue}, claimed: the body of the exchange that does it. */
public interface WorkTask extends LogSubject {

    /** Exchange property with the {@link System#nanoTime} after which what the task is about must not begin: half its lease. */
    String START_UNTIL = "workStartUntil";

    /** What a limit per key counts, such as a provider or a receiver. */
    String key();

    @Override
    default String logIds() {
        return "";
    }

    /** The id under which the trace that it belongs to was kept ({@code Traces.keep}); null for none. */
    default String traceKey() {
        return null;
    }
}
