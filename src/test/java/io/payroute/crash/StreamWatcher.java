package io.payroute.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.payroute.proto.payment.PaymentEvent;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.payroute.proto.payment.StreamRequest;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

/** Watches payments as a client does: from the beginning, and, whenever its stream ends, on from the last event. */
final class StreamWatcher implements AutoCloseable {

    static final Metadata.Key<String> CURSOR = Metadata.Key.of("payroute-cursor", Metadata.ASCII_STRING_MARSHALLER);

    private final PaymentServiceBlockingStub service;
    private final boolean restless;
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread = new Thread(this::watch, "watcher");
    private volatile boolean closed;
    private String cursor;

    /** @param restless ends its stream after a second and comes back, again and again */
    StreamWatcher(ManagedChannel channel, boolean restless) {
        this.restless = restless;
        service = PaymentServiceGrpc.newBlockingStub(channel).withWaitForReady();
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!closed) {
            try {
                Metadata headers = new Metadata();
                if (cursor != null) {
                    headers.put(CURSOR, cursor);
                }
                Iterator<PaymentEvent> events = (restless ? service.withDeadlineAfter(1, TimeUnit.SECONDS) : service)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .streamPayments(StreamRequest.getDefaultInstance());
                while (events.hasNext()) {
                    PaymentEvent event = events.next();
                    told.add(event.getPayment().getId() + ' ' + event.getPayment().getStatus());
                    cursor = event.getCursor();
                }
            } catch (StatusRuntimeException e) {
                // It comes back.
            }
        }
    }

    /** Each event as the payment's id and its status. */
    List<String> told() {
        synchronized (told) {
            return List.copyOf(told);
        }
    }

    /** What was told of each payment, in order. */
    Map<String, List<String>> toldOfEach() {
        return told().stream().map(one -> one.split(" ")).collect(groupingBy(one -> one[0], mapping(one -> one[1], toList())));
    }

    void awaitCompleted(int payments) {
        Awaitility.await().atMost(TestBed.PATIENCE).untilAsserted(
                () -> assertThat(told().stream().filter(one -> one.endsWith(" COMPLETED")).distinct().count())
                        .isEqualTo(payments));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
