package io.payroute.platform.work;

/** A row of a {@link WorkQueue}, claimed: the body of the exchange that does it. */
public interface WorkTask {

    /** Exchange property with the {@link System#nanoTime} after which what the task is about must not begin: half its lease. */
    String START_UNTIL = "workStartUntil";

    /** What a limit per key counts, such as a provider or a receiver. */
    String key();
}
