package io.payroute.provider;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.money.Money;
import io.payroute.provider.EventKinds.Meaning;
import io.payroute.provider.ProviderEvent.Dispute;
import io.payroute.provider.ProviderEvent.Kind;

/**
 * Translates one provider's events by what its route declares: where values stand, what its words mean, how it writes amounts.
 */
final class EventMapping {

    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern NOTHING = Pattern.compile("0+(\\.0+)?");
    private static final Set<Kind> REFUNDS = EnumSet.of(Kind.REFUNDED, Kind.REFUND_FAILED, Kind.CANCELLED_OR_REFUNDED);
    private static final Set<Kind> CAPTURES = EnumSet.of(Kind.COMPLETED, Kind.CAPTURE_FAILED);
    private static final Set<Kind> FAILURES = EnumSet.of(Kind.FAILED, Kind.CAPTURE_DECLINED, Kind.CANCELLED,
            Kind.CANCELLED_OR_REFUNDED, Kind.REFUND_FAILED);

    private final Map<String, ValuePointer> pointers = new HashMap<>();
    private final EventKinds kinds = new EventKinds();
    private final Set<String> pending = new HashSet<>();
    private List<JsonPointer> metadata = List.of();
    private AmountUnit unit;

    /**
     * What an event says of itself, without its amounts.
     *
     * @param payment the provider's id of the payment, or else ours, or null
     */
    record Identity(String id, String type, String payment) {
    }

    /** @throws IllegalArgumentException when a pointer cannot be one */
    void pointer(String name, String text) {
        try {
            pointers.put(name, ValuePointer.of(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    EventKinds kinds() {
        return kinds;
    }

    /** @param decimals {@code currency=decimals}, comma separated */
    void unit(String word, String decimals) {
        unit = AmountUnit.of(word, decimals);
    }

    /** @throws UnreadableEvent when it has no id or no type */
    Identity identify(JsonNode event, Map<String, Object> headers) throws UnreadableEvent {
        ValuePointer pointer = pointers.get("eventId");
        String id = pointer == null ? null : pointer.in(event, headers);
        String word = value("type", event);
        if (id == null || word == null) {
            throw new UnreadableEvent("the event has no " + (id == null ? "id" : "type"));
        }
        String reference = reference(meaning(event).kind(), event);
        return new Identity(id, word, reference == null ? value("paymentId", event) : reference);
    }

    /**
     * @param id the event's id as it was found when it came: it may have stood in a header
     * @throws UnreadableEvent when what its kind needs is missing or makes no sense
     */
    ProviderEvent normalize(String provider, String id, JsonNode event) throws UnreadableEvent {
        if (value("type", event) == null) {
            throw new UnreadableEvent("the event has no type");
        }
        Meaning meaning = meaning(event);
        Kind kind = meaning.kind();
        return new ProviderEvent(provider, id, kind, uuid(value("paymentId", event)), reference(kind, event),
                partReference(kind, event),
                REFUNDS.contains(kind) ? uuid(value("operationId", event)) : null, money(kind, event),
                FAILURES.contains(kind) || kind.isDispute()
                        ? ReasonWord.of(value(kind.isDispute() ? "disputeReason" : "reason", event))
                        : null,
                kind.isDispute() ? new Dispute(meaning.funds(), order(meaning, event)) : null);
    }

    /** @param words or {@code word/status}, comma separated, of those that change nothing else */
    void pending(String words) {
        Arrays.stream(words.split(",")).map(String::trim).filter(word -> !word.isEmpty()).forEach(pending::add);
    }

    /** @param text JSON pointers of objects, comma separated */
    void metadata(String text) {
        metadata = Arrays.stream(text.split(",")).map(String::trim).filter(pointer -> !pointer.isEmpty())
                .map(JsonPointer::compile).toList();
    }

    /**
     * @param recordId stands for the event's id where it has none in itself
     * @throws UnreadableEvent as {@link #normalize}, and for a word that is declared nowhere or an event of no payment
     */
    ToldEvent told(String provider, String recordId, JsonNode json) throws UnreadableEvent {
        String own = value("eventId", json);
        ProviderEvent event = normalize(provider, own == null ? recordId : own, json);
        String type = value("type", json);
        String status = value("status", json);
        if (event.kind() == Kind.UNDECLARED) {
            throw new UnreadableEvent("the file of provider " + provider + " says nothing of events of type " + type
                    + (status == null ? "" : " with status " + status));
        }
        boolean begins = event.kind() == Kind.OTHER && (pending.contains(type) || pending.contains(type + '/' + status));
        String payment = payment(event, json);
        if (payment == null && (begins || event.kind() != Kind.OTHER)) {
            throw new UnreadableEvent("the event names no payment of the provider");
        }
        Map<String, String> more = new LinkedHashMap<>();
        metadata.forEach(pointer -> Told.add(more, json.at(pointer)));
        return new ToldEvent(event, type, payment, begins, whole(event, json), shown("email", json), Told.time(happened(json)),
                more);
    }

    /** Where the provider's file says so, by what all events of a payment have in common; otherwise by its reference. */
    private String payment(ProviderEvent event, JsonNode json) throws UnreadableEvent {
        String shown = value("shownAs", json);
        String reference = shown == null ? event.reference() : shown;
        if (reference == null && CAPTURES.contains(event.kind())) {
            reference = value("reference", json);
        }
        return reference == null ? value("paymentId", json) : reference;
    }

    private String happened(JsonNode json) {
        return shown(isDeclared("happened") ? "happened" : "time", json);
    }

    private Money whole(ProviderEvent event, JsonNode json) {
        if (REFUNDS.contains(event.kind()) || event.kind().isDispute()) {
            return null;
        }
        try {
            return event.money() == null && isDeclared("wholeAmount")
                    ? unit.money(value("wholeAmount", json), value("currency", json))
                    : event.money();
        } catch (UnreadableEvent notTold) {
            return null;
        }
    }

    /** What is missing or cannot be shown is left out. */
    private String shown(String name, JsonNode json) {
        try {
            return value(name, json);
        } catch (UnreadableEvent tooLong) {
            return null;
        }
    }

    private static boolean isNothing(String amount) {
        return amount != null && NOTHING.matcher(amount).matches();
    }

    private Meaning meaning(JsonNode event) throws UnreadableEvent {
        Meaning meaning = kinds.of(value("type", event), value("status", event));
        // That nothing is reserved any more changes nothing: what became of it is reported by an event of its own.
        return meaning.kind() == Kind.AUTHORIZED && isNothing(amount("authorizedAmount", event)) ? EventKinds.IGNORED : meaning;
    }

    /** Events of a dispute follow each other by their time, or where they have none, as their words are declared. */
    private long order(Meaning meaning, JsonNode event) throws UnreadableEvent {
        if (!isDeclared("time")) {
            return meaning.step();
        }
        String time = value("time", event);
        try {
            return time != null && time.matches("[0-9]{1,11}")
                    ? 1000 * Long.parseLong(time)
                    : OffsetDateTime.parse(String.valueOf(time)).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new UnreadableEvent("the event's time is neither seconds nor RFC 3339");
        }
    }

    private String reference(Kind kind, JsonNode event) throws UnreadableEvent {
        if (REFUNDS.contains(kind)) {
            return value("refundOf", event);
        }
        if (kind.isDispute()) {
            return value("disputeOf", event);
        }
        return value(CAPTURES.contains(kind) && isDeclared("captureOf") ? "captureOf" : "reference", event);
    }

    private String partReference(Kind kind, JsonNode event) throws UnreadableEvent {
        if (REFUNDS.contains(kind)) {
            return value("refundReference", event);
        }
        if (kind.isDispute()) {
            return value("disputeReference", event);
        }
        return CAPTURES.contains(kind) ? value("captureReference", event) : null;
    }

    private boolean isDeclared(String pointer) {
        return pointers.containsKey(pointer) && !pointers.get(pointer).isEmpty();
    }

    /** A failure, a cancellation and what changes nothing name no amount. */
    private Money money(Kind kind, JsonNode event) throws UnreadableEvent {
        return switch (kind) {
            case AUTHORIZED -> money("authorizedAmount", event);
            case COMPLETED, CAPTURE_FAILED -> money("amount", event);
            case DISPUTE_OPENED, DISPUTE_UNDER_REVIEW, DISPUTE_WON, DISPUTE_LOST, DISPUTE_CLOSED, FUNDS_WITHDRAWN,
                    FUNDS_REINSTATED ->
                money("disputeAmount", event);
            case REFUNDED, REFUND_FAILED, CANCELLED_OR_REFUNDED -> money("refundAmount", event);
            case FAILED, CAPTURE_DECLINED, CANCELLED, OTHER, UNDECLARED -> null;
        };
    }

    private Money money(String pointer, JsonNode event) throws UnreadableEvent {
        return unit.money(amount(pointer, event), value("currency", event));
    }

    private String amount(String pointer, JsonNode event) throws UnreadableEvent {
        return value(isDeclared(pointer) ? pointer : "amount", event);
    }

    private String value(String name, JsonNode event) throws UnreadableEvent {
        ValuePointer pointer = pointers.get(name);
        return pointer == null ? null : pointer.in(event, Map.of());
    }

    /** An id that is no UUID was not given by us: another system may take payments through the same account. */
    private static UUID uuid(String text) {
        return text != null && UUID_TEXT.matcher(text).matches() ? UUID.fromString(text) : null;
    }
}
