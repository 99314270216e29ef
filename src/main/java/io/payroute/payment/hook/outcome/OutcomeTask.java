package io.payroute.payment.hook.outcome;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.money.Money;
import io.payroute.platform.LogSubject;
import io.payroute.platform.work.WorkTask;
import io.payroute.proto.payment.PaymentStatusUpdated;

/**
 * An outcome that the team's hook is to be told.
 *
 * @param event as it was announced
 * @param claims with this one
 * @param failures of the hook, so far
 */
public record OutcomeTask(String eventId, byte[] event, int claims, int failures) implements WorkTask {

    static OutcomeTask of(ResultSet row) throws SQLException {
        return new OutcomeTask(row.getString("event_id"), row.getBytes("event"), row.getInt("claims"), row.getInt("failures"));
    }

    /** Not the event's id alone: that is what its deliveries to merchants go on with. */
    static String traceKey(String eventId) {
        return "outcome:" + eventId;
    }

    @Override
    public String traceKey() {
        return traceKey(eventId);
    }

    @Override
    public String logIds() {
        return LogSubject.id("eventId", eventId);
    }

    @Override
    public String key() {
        return "after-outcome";
    }

    PaymentStatusUpdated read() {
        try {
            return PaymentStatusUpdated.parseFrom(event);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("The event cannot be read", e);
        }
    }

    /** By the names that the hook knows them by; null where there is none. */
    public Map<String, Object> values() {
        PaymentStatusUpdated event = read();
        Money money = Money.ofMinor(event.getAmountMinor(), event.getCurrency());
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("EventId", eventId);
        values.put("Id", event.getPaymentId());
        values.put("Status", event.getStatus());
        values.put("PreviousStatus", orNull(event.getPreviousStatus()));
        values.put("Reason", orNull(event.getReason()));
        values.put("UpdatedAt", orNull(event.getUpdatedAt()));
        values.put("UserId", event.getUserId());
        values.put("Email", orNull(event.getEmail()));
        values.put("OrderId", orNull(event.getOrderId()));
        values.put("Amount", money.toDecimal().toPlainString());
        values.put("AmountMinor", money.minor());
        values.put("Currency", money.currency());
        values.put("CapturedMinor", event.getCapturedMinor());
        values.put("RefundedMinor", event.getRefundedMinor());
        values.put("DisputedMinor", event.getDisputedMinor());
        values.put("ChargedBackMinor", event.getChargedBackMinor());
        values.put("Method", event.getMethod());
        values.put("Provider", orNull(event.getProvider()));
        values.put("Attempt", failures + 1);
        return values;
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
