package io.payroute.platform.http;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.MessageHelper;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * For HTTP routes that wait, as {@code platformHttpEngine: "#waitingHttp"}: while a step of the route waits (a bean method that
 * returns a {@code CompletionStage}), the request holds no thread. Camel's own consumer blocks a worker until the route ends, and
 * waking it costs more than the route.
 * <p>
 * It reads requests as Camel's does. What is answered is text, or bytes, or nothing, which is all that a route here answers.
 */
@ApplicationScoped
@Named("waitingHttp")
public class WaitingHttp implements PlatformHttpEngine {

    private static final String REQUEST = "payrouteRequest";

    /** The name under which Camel Quarkus registers the one router, whatever the port. */
    static final String ROUTER = VertxPlatformHttpRouter
            .getRouterNameFromPort(VertxPlatformHttpServerConfiguration.DEFAULT_BIND_PORT);

    /** The request of an exchange, for what answers by itself, bit by bit, and ends the answer before the route ends. */
    public static RoutingContext request(Exchange exchange) {
        return exchange.getProperty(REQUEST, RoutingContext.class);
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new Consumer(endpoint, AsyncProcessorConverterHelper.convert(processor));
    }

    @Override
    public int getServerPort() {
        return 0;
    }

    private static final class Consumer extends VertxPlatformHttpConsumer {

        private final AsyncProcessor route;

        Consumer(PlatformHttpEndpoint endpoint, AsyncProcessor route) {
            super(endpoint, done -> {
            }, List.of(), ROUTER);
            this.route = route;
        }

        /** @return never completed when the request was read: Camel's consumer has nothing left to do */
        @Override
        protected Future<Void> processHttpRequest(Exchange exchange, RoutingContext request) {
            Promise<Void> unread = Promise.promise();
            Context loop = request.vertx().getOrCreateContext();
            super.processHttpRequest(exchange, request).onSuccess(read -> request.vertx().executeBlocking(() -> {
                createUoW(exchange);
                exchange.setProperty(REQUEST, request);
                return route.process(exchange, sync -> loop.runOnContext(now -> end(exchange, request)));
            }, false).onFailure(unread::tryFail)).onFailure(unread::tryFail);
            return unread.future();
        }

        private void end(Exchange exchange, RoutingContext request) {
            try {
                if (exchange.getException() != null) {
                    request.fail(exchange.getException());
                } else {
                    answer(exchange, request.response());
                }
            } catch (RuntimeException | Error e) {
                request.fail(e);
            } finally {
                doneUoW(exchange);
                releaseExchange(exchange, false);
            }
        }

        private void answer(Exchange exchange, HttpServerResponse response) {
            if (response.ended() || response.closed()) {
                return;
            }
            Message message = exchange.getMessage();
            response.setStatusCode(message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class));
            HeaderFilterStrategy internal = getEndpoint().getHeaderFilterStrategy();
            message.getHeaders().forEach((name, value) -> {
                if (value != null && !internal.applyFilterToCamelHeaders(name, value, exchange)) {
                    response.putHeader(name, value.toString());
                }
            });
            // Among those that are filtered, since Camel's consumer sets it by itself.
            String type = MessageHelper.getContentType(message);
            if (type != null) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, type);
            }
            byte[] body = message.getBody(byte[].class);
            response.end(body == null ? Buffer.buffer() : Buffer.buffer(body));
        }
    }
}
