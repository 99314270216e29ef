package io.payroute.aggregator.stream;

import java.sql.SQLException;
import java.util.function.Consumer;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.component.grpc.GrpcConstants;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.payroute.aggregator.PaymentMessages;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.proto.payment.StreamRequest;

/** Begins streams over gRPC; the route ends, and the stream goes on by the transport's own readiness. */
@ApplicationScoped
@Named("paymentStreams")
public class PaymentStreams {

    private static final String CURSOR = "payroute-cursor";
    private static final Metadata.Key<String> TRAILER = Metadata.Key.of(CURSOR, Metadata.ASCII_STRING_MARSHALLER);

    private final PaymentTail tail;

    @Inject
    public PaymentStreams(PaymentTail tail) {
        this.tail = tail;
    }

    public void open(Exchange exchange) throws SQLException {
        StreamRequest request = exchange.getMessage().getBody(StreamRequest.class);
        @SuppressWarnings("unchecked")
        ServerCallStreamObserver<Object> answers = exchange.getProperty(GrpcConstants.GRPC_RESPONSE_OBSERVER,
                ServerCallStreamObserver.class);
        @SuppressWarnings("unchecked")
        Consumer<String> opening = exchange.getProperty(PayrouteGrpcComponent.OPENING, Consumer.class);
        Sink sink = new Sink(answers, opening);
        Subscription[] subscription = new Subscription[1];
        // Both may be set only now; they are called when this has ended.
        answers.setOnReadyHandler(() -> {
            if (subscription[0] != null) {
                subscription[0].pump();
            }
        });
        answers.setOnCancelHandler(() -> {
            if (subscription[0] != null) {
                subscription[0].gone();
            }
        });
        subscription[0] = tail.subscribe(filter(request), exchange.getMessage().getHeader(CURSOR, String.class), sink);
    }

    private static StreamFilter filter(StreamRequest request) {
        return new StreamFilter(request.getTopic().isEmpty() ? null : request.getTopic(),
                PaymentMessages.provider(request.getProvider(), request.getProviderName()),
                PaymentMessages.status(request.getStatus()));
    }

    private record Sink(ServerCallStreamObserver<Object> answers, Consumer<String> opening) implements StreamSink {

        @Override
        public void begin(String cursor) {
            opening.accept(cursor);
        }

        @Override
        public boolean isReady() {
            return answers.isReady();
        }

        @Override
        public void send(StreamedEvent event) {
            answers.onNext(event.message());
        }

        @Override
        public void end(End reason, String cursor) {
            Status status = switch (reason) {
                case TOO_SLOW -> Status.RESOURCE_EXHAUSTED.withDescription("events are not taken as fast as they come");
                case OLD -> Status.UNAVAILABLE.withDescription("the stream is as old as one may become; go on from the cursor");
                case STOPPING -> Status.UNAVAILABLE.withDescription("the server stops");
                case FAILED -> Status.UNAVAILABLE.withDescription("temporarily unavailable");
            };
            Metadata trailers = new Metadata();
            trailers.put(TRAILER, cursor);
            answers.onError(status.asRuntimeException(trailers));
        }
    }
}
