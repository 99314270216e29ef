package io.payroute.platform.work;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.payroute.platform.CrashPoint;

/**
 * Where a route goes on when what it waited for has ended. A step behind that may take its time: it then holds up other routes of
 * this kind, and neither the thread that writes for all of them nor requests.
 */
public final class Continuations {

    private static final int THREADS = 16;
    private static final AtomicInteger NAMES = new AtomicInteger();

    public static final Executor EXECUTOR = executor();

    private Continuations() {
    }

    private static Executor executor() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "continuation-" + NAMES.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                }) {
            @Override
            protected void beforeExecute(Thread thread, Runnable task) {
                CrashPoint.reached("continuation-begins");
            }

            @Override
            protected void afterExecute(Runnable task, Throwable failure) {
                CrashPoint.reached("continuation-ended");
            }
        };
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
