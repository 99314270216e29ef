package io.payroute.notification;

import java.time.Instant;

import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.notification.NotificationUpdated;

/** What the notification role tells the others, as protobuf: never an address and never a text. */
final class NotificationEvents {

    static final String UPDATED = "io.payroute.notification.updated";

    private NotificationEvents() {
    }

    /**
     * @param status {@code sent}, {@code skipped}, {@code waiting} or {@code dead}
     * @param reason in words for everybody, or null
     * @return null when the notification does not tell of a payment
     */
    static EventEnvelope updated(String topic, DueNotification due, String status, String reason) {
        String payment = due.fields().getString("paymentId", "");
        if (payment.isEmpty()) {
            return null;
        }
        NotificationUpdated event = NotificationUpdated.newBuilder().setPaymentId(payment).setStatus(status)
                .setChannel(due.kind()).setTemplate(due.template() == null ? "" : due.template()).setAttempts(due.attempts())
                .setUpdatedAt(Instant.now().toString()).setReason(reason == null ? "" : reason).build();
        return EventEnvelope.protobuf(topic, payment, UPDATED, event.toByteArray());
    }
}
