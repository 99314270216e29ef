package io.payroute.platform.http;

import java.time.Duration;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * One byte now and then must not keep a request here: a body has a time to come in, and a rate after the first moment. What is
 * slower is answered with 408.
 *
 * @param timeout for the whole body
 * @param minRate bytes per second, on average since its first
 */
record BodyPace(Duration timeout, long minRate) {

    /** Time for which a body may come as slowly as it likes. */
    private static final long GRACE_MS = 2_000;
    private static final long CHECK_MS = 500;

    void watch(RoutingContext context) {
        // Most bodies come with their head and have ended when the event loop has read what is there: they need no timer.
        context.vertx().runOnContext(read -> {
            HttpServerRequest request = context.request();
            if (!request.isEnded()) {
                long begin = System.nanoTime();
                long timer = context.vertx().setPeriodic(Math.min(CHECK_MS, timeout.toMillis()), check -> {
                    if (request.isEnded()) {
                        context.vertx().cancelTimer(check);
                    } else if (isTooSlow(request, (System.nanoTime() - begin) / 1_000_000)) {
                        context.vertx().cancelTimer(check);
                        ProblemWriter.write(context, HttpRefusal.of(408, "request-timeout", "The request took too long",
                                "The body did not arrive in time."));
                    }
                });
                context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
            }
        });
    }

    private boolean isTooSlow(HttpServerRequest request, long elapsedMillis) {
        return elapsedMillis >= timeout.toMillis()
                || elapsedMillis > GRACE_MS && request.bytesRead() * 1_000 < minRate * elapsedMillis;
    }
}
