package io.payroute.platform.grpc;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * The bounded threads of one gRPC server. A call is admitted before it is queued: one that finds too many before it stays on the
 * transport's thread, where {@link CallGuard} refuses it. (A queue that rejects instead leaves the call hanging.)
 */
class CallExecutor implements ServerCallExecutorSupplier {

    private static final Context.Key<Admission> ADMISSION = Context.key("payroute-admission");

    private final String ownService;
    private final CallAccess access;
    private final int maxCalls;
    private final int maxStreams;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final ThreadPoolExecutor pool;

    /**
     * @param ownService the service whose calls use the threads; health and reflection never wait behind them
     * @param maxStreams answers that are streams; they hold no thread, so they are counted apart
     * @param access whom it refuses takes no permit
     */
    CallExecutor(String ownService, CallAccess access, int threads, int maxWaiting, int maxStreams) {
        this.ownService = ownService;
        this.access = access;
        this.maxCalls = threads + maxWaiting;
        this.maxStreams = maxStreams;
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> new CallThread(task, "grpc-" + ownService + "-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public <ReqT, RespT> Executor getExecutor(ServerCall<ReqT, RespT> call, Metadata metadata) {
        boolean own = ownService.equals(call.getMethodDescriptor().getServiceName());
        return own && access.admits(metadata) && pool.getQueue().size() < maxCalls && admit(call) ? pool : null;
    }

    private boolean admit(ServerCall<?, ?> call) {
        return call.getMethodDescriptor().getType().serverSendsOneMessage()
                ? ADMISSION.get().admit(calls, maxCalls)
                : ADMISSION.get().admit(streams, maxStreams);
    }

    /** Whether the call that runs on this thread was admitted. */
    static boolean admitted() {
        return Thread.currentThread() instanceof CallThread;
    }

    /** Notices the end of every call, however it ends. */
    ServerStreamTracer.Factory admissions() {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new Admission();
            }
        };
    }

    /** @return whether every admitted call but streams ended in time */
    boolean awaitEnd(Duration grace) throws InterruptedException {
        long end = System.nanoTime() + grace.toNanos();
        synchronized (calls) {
            for (long left = grace.toMillis(); calls.get() > 0; left = (end - System.nanoTime()) / 1_000_000) {
                if (left <= 0) {
                    return false;
                }
                calls.wait(left);
            }
        }
        return true;
    }

    void close() {
        pool.shutdownNow();
    }

    private final class Admission extends ServerStreamTracer {

        private AtomicInteger counted;
        private boolean closed;

        synchronized boolean admit(AtomicInteger running, int max) {
            if (closed || running.incrementAndGet() > max) {
                if (!closed) {
                    running.decrementAndGet();
                }
                return false;
            }
            counted = running;
            return true;
        }

        @Override
        public Context filterContext(Context context) {
            return context.withValue(ADMISSION, this);
        }

        @Override
        public synchronized void streamClosed(Status status) {
            if (counted != null && !closed) {
                synchronized (calls) {
                    counted.decrementAndGet();
                    calls.notifyAll();
                }
            }
            closed = true;
        }
    }

    private static final class CallThread extends Thread {
        CallThread(Runnable task, String name) {
            super(task, name);
            setDaemon(true);
        }
    }
}
