package io.payroute.grpc;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;

/**
 * The bounded threads of one gRPC server. A call is admitted before it is queued: one that finds too many waiting stays on the
 * transport's thread, where {@link CallGuard} refuses it. (A queue that rejects instead leaves the call hanging.)
 */
class CallExecutor implements ServerCallExecutorSupplier {

    private final String ownService;
    private final int maxWaiting;
    private final ThreadPoolExecutor pool;

    /** @param ownService the service whose calls use the threads; health and reflection never wait behind them */
    CallExecutor(String ownService, int threads, int maxWaiting) {
        this.ownService = ownService;
        this.maxWaiting = maxWaiting;
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> new CallThread(task, "grpc-" + ownService + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public <ReqT, RespT> Executor getExecutor(ServerCall<ReqT, RespT> call, Metadata metadata) {
        boolean own = ownService.equals(call.getMethodDescriptor().getServiceName());
        return own && pool.getQueue().size() < maxWaiting ? pool : null;
    }

    /** Whether the call that runs on this thread was admitted. */
    static boolean admitted() {
        return Thread.currentThread() instanceof CallThread;
    }

    void close(Duration grace) throws InterruptedException {
        pool.shutdown();
        if (!pool.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            pool.shutdownNow();
        }
    }

    private static final class CallThread extends Thread {
        CallThread(Runnable task, String name) {
            super(task, name);
            setDaemon(true);
        }
    }
}
