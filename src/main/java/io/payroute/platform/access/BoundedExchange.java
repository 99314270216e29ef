package io.payroute.platform.access;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Bounds an exchange as a whole. The time-outs of a socket count from one byte to the next, so a server that sends a byte a
 * second would hold its caller for ever; here the connection is cut when the time is up. Of the answer's body so many bytes are
 * read; a longer one is cut off and is no failure.
 */
public final class BoundedExchange implements ExecChainHandler {

    private final Duration timeout;
    private final int maxAnswer;
    private final boolean keepAlive;
    private final ScheduledThreadPoolExecutor clock;

    /**
     * @param maxAnswer bytes of an answer's body that are read
     * @param keepAlive whether a connection whose answer was read to its end serves another request
     */
    public BoundedExchange(Duration timeout, int maxAnswer, boolean keepAlive) {
        this.keepAlive = keepAlive;
        this.timeout = timeout;
        this.maxAnswer = maxAnswer;
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "exchange-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
    }

    /** @throws SocketTimeoutException when there was no complete answer in time */
    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        AtomicBoolean late = new AtomicBoolean();
        boolean complete = false;
        ScheduledFuture<?> cut = clock.schedule(() -> {
            late.set(true);
            ((Cancellable) scope.originalRequest).cancel();
        }, timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                byte[] body = read(entity);
                complete = keepAlive && body.length < maxAnswer;
                response.setEntity(new ByteArrayEntity(body, null));
            }
            if (late.get()) {
                throw new IOException("cut off");
            }
            return response;
        } catch (IOException | HttpException | RuntimeException e) {
            if (late.get()) {
                throw new SocketTimeoutException("no complete answer within " + timeout.toSeconds() + " s");
            }
            throw e;
        } finally {
            cut.cancel(false);
            if (complete) {
                scope.execRuntime.releaseEndpoint();
            } else {
                scope.execRuntime.discardEndpoint();
            }
        }
    }

    private byte[] read(HttpEntity entity) throws IOException {
        // Not closed: that would read on to the end. The connection is thrown away instead.
        InputStream body = entity.getContent();
        return body.readNBytes(maxAnswer);
    }
}
