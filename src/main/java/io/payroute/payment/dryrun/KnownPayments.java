package io.payroute.payment.dryrun;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.payroute.money.Money;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.PaymentStatus;

/** Payments and their operations, as the answers of {@code /api/v1/payments} tell them: what is there before the first event. */
final class KnownPayments {

    private final Map<UUID, Payment> payments = new LinkedHashMap<>();
    private final Map<UUID, PaymentOperation> operations = new LinkedHashMap<>();

    private KnownPayments() {
    }

    /**
     * @param file with a JSON array of answers, or one after the other; a later one of the same payment counts
     * @throws IllegalArgumentException in words for the caller
     */
    static TriedBooks read(Path file) throws IOException {
        KnownPayments known = new KnownPayments();
        try (MappingIterator<JsonNode> values = new ObjectMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
            while (values.hasNextValue()) {
                known.read(values.nextValue());
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ":" + e.getLocation().getLineNr() + ": this is no JSON: "
                    + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    file + ": these are no answers of /api/v1/payments: " + e.getMessage());
        }
        return known.books();
    }

    private void read(JsonNode answer) {
        if (answer.has("payments")) {
            answer.get("payments").forEach(this::read);
        } else if (answer.has("payment")) {
            read(answer.get("payment"));
            if (answer.has("operation")) {
                operation(payments.get(id(answer.get("payment"))), answer.get("operation"));
            }
        } else {
            payments.put(id(answer), payment(answer));
        }
    }

    private static UUID id(JsonNode json) {
        return UUID.fromString(text(json, "id"));
    }

    private static Payment payment(JsonNode json) {
        long refunded = json.path("refunded_minor").asLong();
        Instant now = Instant.EPOCH;
        return new Payment(id(json), json.path("user_id").asText(), money(json), json.path("method").asText(),
                text(json, "provider"), json.path("provider_reference").asText(null),
                PaymentStatus.ofWord(text(json, "status")), json.path("reason").asText(null), json.path("email").asText(null),
                null, json.path("order_id").asText(null), now, now, null, json.path("capture").asBoolean(true),
                json.path("captured_minor").asLong(), refunded, refunded, json.path("disputed_minor").asLong(),
                json.path("charged_back_minor").asLong(), null);
    }

    private void operation(Payment payment, JsonNode json) {
        operations.put(id(json), new PaymentOperation(id(json), payment.id(), Kind.valueOf(upper(json, "kind")), money(json),
                PaymentOperation.Status.valueOf(upper(json, "status")), null, "", payment.provider(),
                json.path("provider_reference").asText(null), null, null));
    }

    private static Money money(JsonNode json) {
        if (!json.path("amount_minor").isIntegralNumber()) {
            throw new IllegalArgumentException("amount_minor is missing");
        }
        return Money.ofMinor(json.get("amount_minor").asLong(), text(json, "currency"));
    }

    private static String upper(JsonNode json, String name) {
        return text(json, name).toUpperCase(Locale.ROOT);
    }

    private static String text(JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return json.get(name).asText();
    }

    /** What is set aside for a refund that is open is no more in the answers than a capture that was not asked for there. */
    private TriedBooks books() {
        TriedBooks books = new TriedBooks();
        for (Payment payment : payments.values()) {
            List<PaymentOperation> own = new ArrayList<>(
                    operations.values().stream().filter(one -> one.paymentId().equals(payment.id())).toList());
            long open = own.stream()
                    .filter(one -> one.kind() == Kind.REFUND && one.status() == PaymentOperation.Status.PENDING)
                    .mapToLong(one -> one.money().minor()).sum();
            if (!payment.capture() && payment.captured() > 0 && own.stream().noneMatch(one -> one.kind() == Kind.CAPTURE)) {
                own.add(PaymentOperation.told(UUID.nameUUIDFromBytes(payment.id().toString().getBytes()), payment, Kind.CAPTURE,
                        payment.captured(), PaymentOperation.Status.SUCCEEDED, null, null));
            }
            books.put(payment.refunds(payment.refundClaimed() + open, payment.refunded()),
                    payment.status() == PaymentStatus.PROCESSING && payment.providerReference() == null);
            own.forEach(books::add);
        }
        return books;
    }
}
