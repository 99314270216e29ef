package io.payroute.aggregator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.payroute.aggregator.model.PaymentFact;
import io.payroute.aggregator.model.PaymentFact.Kind;
import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentStatus;
import io.payroute.proto.payment.Provider;
import io.payroute.provider.AmountUnit;
import io.payroute.provider.Told;
import io.payroute.provider.UnreadableEvent;

/**
 * Events of the one form that is nobody's own: {@code {id, provider, amount, currency, status, customer_email, metadata, timestamp}},
 * and the message {@code payment.Payment}. Amounts are major units, of the providers that are named minor ones; fields that the form
 * does not have are kept in metadata.
 */
@ApplicationScoped
class GenericEvents {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final int MAX_ID = 255;
    private static final AmountUnit MINOR = AmountUnit.of("minor", "");
    private static final AmountUnit MAJOR = AmountUnit.of("major", "");
    private static final Set<String> FIELDS = Set.of("id", "provider", "amount", "currency", "status", "customer_email",
            "metadata",
            "timestamp");
    static final Map<String, Kind> WORDS = Map.ofEntries(Map.entry("pending", Kind.PENDING),
            Map.entry("processing", Kind.PENDING), Map.entry("authorized", Kind.AUTHORIZED),
            Map.entry("succeeded", Kind.COMPLETED),
            Map.entry("completed", Kind.COMPLETED), Map.entry("paid", Kind.COMPLETED), Map.entry("captured", Kind.COMPLETED),
            Map.entry("failed", Kind.FAILED), Map.entry("declined", Kind.FAILED), Map.entry("refunded", Kind.REFUNDED));

    private final Set<String> minor;

    @Inject
    GenericEvents(@ConfigProperty(name = "aggregator.generic.minor-units") Optional<List<String>> minor) {
        this.minor = Set.copyOf(minor.orElse(List.of()));
    }

    /** No provider's own event has all of these. */
    static boolean isGeneric(JsonNode event) {
        return event.path("id").isTextual() && event.path("provider").isTextual() && event.has("amount")
                && event.path("status").isTextual();
    }

    /**
     * @param owner the provider whose events alone the topic has, or null
     * @param record null in a dry run
     */
    HeardEvent read(JsonNode event, String owner, String topic, KafkaRecord record) throws UnreadableEvent {
        String provider = event.path("provider").asText().toLowerCase(Locale.ROOT);
        if (owner != null && !owner.equals(provider)) {
            throw new UnreadableEvent("topic " + topic + " has events of " + owner + " alone");
        }
        AmountUnit unit = minor.contains(provider) ? MINOR : MAJOR;
        JsonNode amount = event.path("amount");
        Money money = amount.isNumber() || amount.isTextual() ? unit.money(amount.asText(), text(event, "currency")) : null;
        Map<String, String> metadata = new LinkedHashMap<>();
        Told.add(metadata, event.path("metadata"));
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        event.fields().forEachRemaining(field -> {
            if (!FIELDS.contains(field.getKey())) {
                rest.set(field.getKey(), field.getValue());
            }
        });
        Told.add(metadata, rest);
        return heard(provider, event.path("id").asText(), event.path("status").asText(), money, text(event, "customer_email"),
                text(event, "timestamp"), metadata, topic, record);
    }

    HeardEvent read(Payment event, String topic, KafkaRecord record) throws UnreadableEvent {
        String provider = !event.getProviderName().isEmpty()
                ? event.getProviderName().toLowerCase(Locale.ROOT)
                : event.getProvider() == Provider.PROVIDER_UNKNOWN ? "" : event.getProvider().name().toLowerCase(Locale.ROOT);
        String status = event.getStatus() == PaymentStatus.STATUS_UNKNOWN ? "" : event.getStatus().name();
        try {
            Money money = event.getAmount() == 0 && event.getAmountMinor() == 0
                    ? null
                    : Money.ofEither(event.getAmount(), event.getAmountMinor(), event.getCurrency());
            ObjectNode metadata = JsonNodeFactory.instance.objectNode();
            event.getMetadataMap().forEach(metadata::put);
            Map<String, String> kept = new LinkedHashMap<>();
            Told.add(kept, metadata);
            return heard(provider, event.getId(), status, money, event.getCustomerEmail(),
                    event.getCreatedAt() == 0 ? null : Long.toString(event.getCreatedAt()), kept, topic, record);
        } catch (InvalidMoneyException e) {
            throw new UnreadableEvent(e.getMessage());
        }
    }

    private static HeardEvent heard(String provider, String id, String status, Money money, String email, String time,
            Map<String, String> metadata, String topic, KafkaRecord record) throws UnreadableEvent {
        if (!NAME.matcher(provider).matches()) {
            throw new UnreadableEvent("provider must be lower-case letters, digits and hyphens");
        }
        if (!isClean(id)) {
            throw new UnreadableEvent("id must have 1 to " + MAX_ID + " characters, and no control characters");
        }
        Kind kind = WORDS.get(status.toLowerCase(Locale.ROOT));
        if (kind == null) {
            throw new UnreadableEvent("status must be one of " + String.join(", ", WORDS.keySet().stream().sorted().toList()));
        }
        if (money == null) {
            throw new UnreadableEvent("amount must be there, and greater than 0");
        }
        return new HeardEvent(provider, id, record == null ? "" : record.eventId(), status.toLowerCase(Locale.ROOT),
                new PaymentFact(kind, null, money, kind == Kind.REFUNDED ? null : money, null, isClean(email) ? email : null,
                        Told.time(time), metadata),
                topic, record);
    }

    private static boolean isClean(String text) {
        return text != null && !text.isBlank() && text.length() <= MAX_ID && text.chars().noneMatch(Character::isISOControl);
    }

    private static String text(JsonNode event, String name) {
        JsonNode value = event.path(name);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
