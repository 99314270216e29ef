package io.payroute.aggregator.stream;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.aggregator.PaymentJson;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.HttpEdge;
import io.payroute.platform.http.Parameters;
import io.payroute.platform.http.WaitingHttp;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The same streams as server-sent events: each with its cursor as its id, which a browser sends again when it comes back. */
@ApplicationScoped
@Named("paymentFeed")
public class PaymentFeed {

    private static final String LAST = "Last-Event-ID";
    private static final int MAX_CURSOR = 40;
    private static final int MAX_TEXT = 255;
    /** Shorter than what closes a connection on which nothing happens. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private final PaymentTail tail;
    private final HttpEdge edge;

    @Inject
    PaymentFeed(PaymentTail tail, HttpEdge edge) {
        this.tail = tail;
        this.edge = edge;
    }

    /**
     * Begins the stream.
     *
     * @return completed when the stream has ended; meanwhile the request holds neither a thread nor a permit
     * @throws Refusal for what cannot be asked so
     */
    public CompletionStage<Void> stream(Exchange exchange) throws SQLException {
        Parameters parameters = Parameters.of(exchange.getMessage());
        StreamFilter filter = new StreamFilter(parameters.text("topic", MAX_TEXT), parameters.text("provider", MAX_TEXT),
                parameters.word("status", PaymentJson.STATUSES));
        String last = parameters.text(LAST, MAX_CURSOR);
        String cursor = parameters.text("cursor", MAX_CURSOR);
        Feed feed = new Feed(WaitingHttp.request(exchange));
        Subscription subscription = tail.subscribe(filter, last == null ? cursor : last, feed);
        feed.open(subscription);
        return edge.aside(feed.ended);
    }

    /** One browser. */
    private static final class Feed implements StreamSink {

        private final RoutingContext request;
        private final HttpServerResponse response;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private volatile boolean open;
        private volatile String beginning;
        private long heartbeat;

        Feed(RoutingContext request) {
            this.request = request;
            this.response = request.response();
        }

        void open(Subscription subscription) {
            request.vertx().getOrCreateContext().runOnContext(now -> {
                response.closeHandler(closed -> close(subscription));
                response.exceptionHandler(broken -> close(subscription));
                if (response.closed() || response.ended()) {
                    close(subscription);
                    return;
                }
                response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream");
                response.write("id: " + beginning + "\nevent: begin\ndata: {}\n\n");
                heartbeat = request.vertx().setPeriodic(HEARTBEAT_MILLIS, beat -> {
                    if (!response.ended() && !response.closed()) {
                        response.write(":\n\n");
                    }
                });
                response.drainHandler(drained -> subscription.pump());
                open = true;
                subscription.pump();
            });
        }

        private void close(Subscription subscription) {
            request.vertx().cancelTimer(heartbeat);
            subscription.gone();
            ended.complete(null);
        }

        @Override
        public void begin(String cursor) {
            beginning = cursor;
        }

        @Override
        public boolean isReady() {
            return open && !response.closed() && !response.writeQueueFull();
        }

        @Override
        public void send(StreamedEvent event) {
            response.write("id: " + event.message().getCursor() + "\nevent: " + event.message().getEventType() + "\ndata: "
                    + event.json() + "\n\n");
        }

        @Override
        public void end(End reason, String cursor) {
            request.vertx().cancelTimer(heartbeat);
            if (!response.ended() && !response.closed()) {
                response.end("id: " + cursor + "\nevent: end\ndata: {\"reason\":\""
                        + reason.name().toLowerCase(java.util.Locale.ROOT)
                        + "\"}\n\n");
            }
            ended.complete(null);
        }
    }
}
