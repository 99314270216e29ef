package io.payroute.payment.accept;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.money.Money;
import io.payroute.payment.PaymentEvents;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.proto.payment.PaymentRequest;

/**
 * Makes one kind of thing of the messages on payment-topic, after the route's data formats have read them.
 * <p>
 * Our own messages carry a payment id. A message without one is a payment that another producer requests: its id follows from
 * the event's id, so that the same event never makes two payments.
 */
@ApplicationScoped
@Named("decodeSubmitted")
public class DecodeSubmitted {

    private static final Set<String> FIELDS = Set.of("userId", "amount", "method", "currency", "email", "description");

    private final ProviderRoutes providers;

    public DecodeSubmitted(ProviderRoutes providers) {
        this.providers = providers;
    }

    public RecordPayments.Submitted protobuf(@Body PaymentRequest message, Exchange exchange) {
        KafkaRecord record = KafkaRecord.of(exchange);
        UUID id = message.getPaymentId().isEmpty() ? outside(record.eventId()) : uuid(message.getPaymentId());
        String currency = PaymentRules.currencyOrDefault(message.getCurrency());
        PaymentInstruction instruction = PaymentRules.check(PaymentRules.Names.PAY, id, message.getUserId(),
                () -> payable(message, Money.ofEither(message.getAmount(), message.getAmountMinor(), currency)),
                message.getMethod(), orNull(message.getEmail()), orNull(message.getDescription()),
                orNull(message.getOrderId())).with(providers.known(orNull(message.getProvider())), !message.getAuthorizeOnly());
        return submitted(instruction, record, exchange);
    }

    public RecordPayments.Submitted json(@Body JsonNode message, Exchange exchange) {
        KafkaRecord record = KafkaRecord.of(exchange);
        if (PaymentEvents.SUBMITTED.equals(record.type())) {
            // An edited letter of ours: as JSON it has no payment id, and would become a second payment.
            throw Refusal
                    .malformed("An event of an accepted payment must stay protobuf: edit it with payload_base64.");
        }
        if (!message.isObject()) {
            throw Refusal.malformed("The message must be a JSON object.");
        }
        Set<String> unknown = new TreeSet<>();
        message.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                unknown.add(name);
            }
        });
        if (!unknown.isEmpty()) {
            throw Refusal.invalid("message", "unknown_field", "The message has " + unknown.size()
                    + " unknown fields; known are " + new TreeSet<>(FIELDS) + ".");
        }
        JsonNode amount = message.path("amount");
        String decimal = amount.isNumber() || amount.isTextual() ? amount.asText() : "";
        String currency = PaymentRules.currencyOrDefault(text(message, "currency"));
        return submitted(PaymentRules.check(PaymentRules.Names.PAY, outside(record.eventId()), text(message, "userId"),
                () -> Money.of(decimal, currency).payable(),
                text(message, "method"), text(message, "email"), text(message, "description"), null), record, exchange);
    }

    private static RecordPayments.Submitted submitted(PaymentInstruction instruction, KafkaRecord record, Exchange exchange) {
        record.about(exchange, "paymentId", instruction.paymentId());
        record.about(exchange, "orderId", instruction.orderId());
        return new RecordPayments.Submitted(instruction, record);
    }

    private static String text(JsonNode message, String field) {
        JsonNode value = message.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw Refusal.invalid(field, "type", field + " must be a string.");
        }
        return value.textValue();
    }

    /** A payment that we accepted stays one, also when its currency was withdrawn since. */
    private static Money payable(PaymentRequest message, Money money) {
        return message.getPaymentId().isEmpty() ? money.payable() : money;
    }

    private static UUID outside(String eventId) {
        return UUID.nameUUIDFromBytes(("payment:" + eventId).getBytes(StandardCharsets.UTF_8));
    }

    private static UUID uuid(String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("payment_id", "uuid", "payment_id must be a UUID.");
        }
    }

    private static String orNull(String value) {
        return value.isEmpty() ? null : value;
    }
}
