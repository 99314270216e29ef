package io.payroute.platform.http;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import io.netty.channel.Channel;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;

/**
 * Closes the socket that accepts connections as the first thing of a stop; those that are there are answered to their end. Vert.x
 * itself takes the event loops away first, and a connection that it accepts in between is cut off. A client that is refused instead
 * goes to another process at once.
 */
@Singleton
public class Listening {

    private volatile Channel socket;

    /** The first request shows where it came in. */
    void install(@Observes Router router) {
        Route first = router.route().order(Integer.MIN_VALUE);
        first.handler(context -> {
            socket = accepting(context.request());
            first.remove();
            context.next();
        });
    }

    private static Channel accepting(HttpServerRequest request) {
        return request.connection() instanceof ConnectionBase connection ? connection.channel().parent() : null;
    }

    void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
        Channel accepting = socket;
        if (accepting != null) {
            accepting.close().syncUninterruptibly();
        }
    }
}
