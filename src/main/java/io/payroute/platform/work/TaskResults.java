package io.payroute.platform.work;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.payroute.platform.Transient;
import io.payroute.platform.sql.GroupCommit;

/**
 * Writes what came of tasks, many in one statement, for a queue whose tasks tell somebody else: what was told and is not written is
 * told again. So a result that the database cannot take is offered again until it can, and meanwhile {@link #waiting} lets nothing
 * more begin.
 */
public final class TaskResults<R> implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final GroupCommit<R, Void> commits;
    private final BooleanSupplier stopping;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param stopping once it is true nothing is offered again: its lease ends, and another process has the task */
    public TaskResults(GroupCommit<R, Void> commits, BooleanSupplier stopping) {
        this.commits = commits;
        this.stopping = stopping;
    }

    /** @return ends after the commit, or with what the database will never take */
    public CompletionStage<Void> write(R result) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        offer(result, written, false);
        return written;
    }

    private void offer(R result, CompletableFuture<Void> written, boolean again) {
        CompletableFuture<Void> commit;
        try {
            commit = commits.submit(result);
        } catch (RejectedExecutionException e) {
            commit = CompletableFuture.failedFuture(e);
        }
        commit.whenComplete((done, failure) -> {
            if (failure != null && !stopping.getAsBoolean() && Transient.is(failure)) {
                waiting.addAndGet(again ? 0 : 1);
                CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> offer(result, written, true));
                return;
            }
            waiting.addAndGet(again ? -1 : 0);
            Continuations.EXECUTOR.execute(() -> {
                if (failure == null) {
                    written.complete(null);
                } else {
                    written.completeExceptionally(failure);
                }
            });
        });
    }

    /** True while a result waits for the database. */
    public boolean waiting() {
        return waiting.get() > 0;
    }

    @Override
    public void close() {
        commits.close();
    }
}
