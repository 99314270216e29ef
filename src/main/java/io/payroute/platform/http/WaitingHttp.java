package io.payroute.platform.http;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.AsyncProcessorConverterHelper;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;

/**
 * For HTTP routes that wait, as {@code platformHttpEngine: "#waitingHttp"}: while a step of the route waits (a bean method that
 * returns a {@code CompletionStage}), the request holds no thread. Camel's own consumer blocks a worker until the route ends.
 * <p>
 * It differs from Camel's in one thing: the route runs as the last part of reading the request, which may end later, and what
 * would run the route then has nothing left to do.
 */
@ApplicationScoped
@Named("waitingHttp")
public class WaitingHttp implements PlatformHttpEngine {

    /** The name under which Camel Quarkus registers the one router, whatever the port. */
    static final String ROUTER = VertxPlatformHttpRouter
            .getRouterNameFromPort(VertxPlatformHttpServerConfiguration.DEFAULT_BIND_PORT);

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

        @Override
        protected Future<Void> processHttpRequest(Exchange exchange, RoutingContext context) {
            return super.processHttpRequest(exchange, context).compose(read -> {
                Promise<Void> done = Promise.promise();
                context.vertx().executeBlocking(() -> {
                    createUoW(exchange);
                    route.process(exchange, sync -> done.complete());
                    return null;
                }, false).onFailure(done::tryFail);
                return done.future();
            });
        }

        @Override
        public UnitOfWork createUoW(Exchange exchange) throws Exception {
            UnitOfWork current = exchange.getUnitOfWork();
            return current == null ? super.createUoW(exchange) : current;
        }
    }
}
