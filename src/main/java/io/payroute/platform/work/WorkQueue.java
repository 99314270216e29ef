package io.payroute.platform.work;

import java.time.Duration;
import java.util.List;

/**
 * A durable queue: rows of a table that are due at a time of the database's clock. A named bean; a route takes from it with
 * {@code from: work:<name of the bean>}.
 * <p>
 * An implementation knows its table and nothing else. {@link WorkConsumer} decides when and how much is claimed, runs the route, and
 * gives back what comes too late. The route itself writes what came of a task, in a step of its own.
 */
public interface WorkQueue<T extends WorkTask> {

    /** The role whose database has the table. */
    String role();

    /** What could be claimed now, for the metrics. */
    Backlog due();

    /**
     * Claims due rows, oldest first, in one transaction: {@code FOR UPDATE SKIP LOCKED}, and a lease that moves the due time to the
     * end of {@link Claim#lease}. A process that dies leaves them to be claimed again then.
     *
     * @return at most {@link Claim#limit} tasks, none of a key that is {@link Claim#full}; what is more than the {@link Claim#room} of
     *         its key waits for its turn
     */
    List<T> claim(Claim claim) throws Exception;

    /** Makes claimed tasks due again, as if they had not been claimed. Must change nothing for a task that has a newer claim. */
    void giveBack(List<T> tasks) throws Exception;

    /**
     * Lets tasks that run belong to this process for another lease, for a queue whose tasks may take longer than one. Called four
     * times a lease.
     *
     * @return those that were renewed: what another process has claimed since is not among them
     */
    default List<T> renew(List<T> running, Duration lease) throws Exception {
        return List.of();
    }

    /** These have started and still run, and the process has waited for them as long as it stops for. */
    default void cutOff(List<T> running) {
        // Their lease ends by itself.
    }

    /** True while no task may begin: results of earlier ones are waiting for the database, and what is done now would be repeated. */
    default boolean isBlocked() {
        return false;
    }
}
