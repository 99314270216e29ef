package io.payroute.aggregator.stream;

import java.util.Locale;

import io.payroute.aggregator.PaymentJson;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentEvent;

/** A payment as one event left it, on its way to all who watch. */
final class StreamedEvent {

    static final String NEW = "new";
    static final String EXISTING = "existing";
    /** Stands for one that the ring does not have any more. */
    static final StreamedEvent LOST = new StreamedEvent(0, null, null, null, null);

    private final long seq;
    private final String provider;
    private final String status;
    private final String topic;
    private final PaymentEvent message;
    /** Two may make it at once; both make the same. */
    private String json;

    private StreamedEvent(long seq, String provider, String status, String topic, PaymentEvent message) {
        this.seq = seq;
        this.provider = provider;
        this.status = status;
        this.topic = topic;
        this.message = message;
    }

    /** @param status a word of table payment_event */
    static StreamedEvent fresh(long seq, String provider, String status, String topic, Payment payment) {
        return new StreamedEvent(seq, provider, status, topic, PaymentEvent.newBuilder().setPayment(payment).setEventType(NEW)
                .setTopic(topic).setCursor(new StreamCursor(seq, seq).text()).build());
    }

    /** @param horizon up to which the snapshot goes that it belongs to */
    static StreamedEvent existing(long seq, long horizon, Payment payment) {
        return new StreamedEvent(seq, payment.getProviderName(), payment.getStatus().name().toLowerCase(Locale.ROOT),
                payment.getTopic(), PaymentEvent.newBuilder()
                        .setPayment(payment).setEventType(EXISTING).setTopic(payment.getTopic())
                        .setCursor(new StreamCursor(seq, horizon).text()).build());
    }

    long seq() {
        return seq;
    }

    PaymentEvent message() {
        return message;
    }

    /** The payment as HTTP writes it, made once for all who watch. */
    String json() {
        String made = json;
        if (made == null) {
            made = PaymentJson.of(message.getPayment()).encode();
            json = made;
        }
        return made;
    }

    boolean passes(StreamFilter filter) {
        return (filter.topic() == null || filter.topic().equals(topic))
                && (filter.provider() == null || filter.provider().equals(provider))
                && (filter.status() == null || filter.status().equals(status));
    }
}
