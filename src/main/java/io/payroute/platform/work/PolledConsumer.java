package io.payroute.platform.work;

import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;

/**
 * Polls a table on a thread of its own from its start to its stop: when it is woken ({@link WakeUps}), and otherwise at its interval
 * ({@link PollLoop}). What it can poll no more waits in the table; while it is suspended it takes nothing.
 */
public abstract class PolledConsumer extends DefaultConsumer implements Suspendable {

    private final PolledEndpoint endpoint;
    private final Runnable wake = this::wake;
    private PollLoop loop;

    protected PolledConsumer(PolledEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    /** The role whose database has the table; known once this is initialised. */
    protected abstract String role();

    /**
     * Polls once. It begins nothing more as soon as {@link #isEnding}.
     *
     * @return true to be called again soon, whether or not anybody wakes it
     */
    protected abstract boolean poll() throws Exception;

    /** True in a poll that nobody waits for, because the consumer is suspended or stopped. */
    protected final boolean isEnding() {
        return loop.isEnding();
    }

    /** True while a poll is under way: what it claims is not told yet. */
    protected final boolean isPolling() {
        return loop.isPolling();
    }

    /** Lets it poll soon. Returns at once. */
    protected final void wake() {
        loop.wake();
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        loop = new PollLoop(endpoint.getQueue(), role(), endpoint.getClaimInterval(), endpoint.getPollInterval(), this::poll);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        take();
    }

    @Override
    protected void doSuspend() throws Exception {
        takeNothingMore();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        take();
    }

    @Override
    protected void doStop() throws Exception {
        if (loop != null) {
            takeNothingMore();
        }
        super.doStop();
    }

    /** @return false when a poll still waits for the database */
    protected boolean takeNothingMore() {
        WakeUps.remove(endpoint.getQueue(), wake);
        return loop.stop();
    }

    private void take() {
        WakeUps.add(endpoint.getQueue(), wake);
        loop.start();
    }
}
