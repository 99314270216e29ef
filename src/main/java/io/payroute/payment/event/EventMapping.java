package io.payroute.payment.event;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderEvent;
import io.payroute.payment.model.ProviderEvent.Kind;

/**
 * Translates one provider's events by what its route declares: where values stand, what its words mean, how it writes amounts. A
 * word that is ignored on purpose is {@link Kind#OTHER}; one that is declared nowhere is {@link Kind#UNDECLARED}, so that nothing
 * new at a provider passes unseen. Both are recorded and move nothing.
 */
final class EventMapping {

    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern NOTHING = Pattern.compile("0+(\\.0+)?");
    private static final int MAX_REASON = 64;
    private static final Set<Kind> DECLARABLE = EnumSet.complementOf(EnumSet.of(Kind.UNDECLARED, Kind.OTHER));
    private static final Set<Kind> REFUNDS = EnumSet.of(Kind.REFUNDED, Kind.REFUND_FAILED, Kind.CANCELLED_OR_REFUNDED);
    private static final Set<Kind> FAILURES = EnumSet.of(Kind.FAILED, Kind.CAPTURE_DECLINED, Kind.CANCELLED,
            Kind.CANCELLED_OR_REFUNDED, Kind.REFUND_FAILED);

    private final Map<String, ValuePlace> places = new HashMap<>();
    private final Map<String, Kind> kinds = new HashMap<>();
    private AmountUnit unit;

    /**
     * What an event says of itself, without a look at amounts.
     *
     * @param payment the provider's id of the payment, or else ours, or null
     */
    record Identity(String id, String type, String payment) {
    }

    /** @throws IllegalArgumentException when a pointer cannot be one */
    void place(String name, String text) {
        try {
            places.put(name, ValuePlace.of(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** @param text {@code word=kind}, comma separated; {@code word/status=kind} where the word alone does not say it */
    void kinds(String text) {
        pairs(text).forEach((word, kind) -> declare(word, kind(kind)));
    }

    /** @param text words, or {@code word/status}, comma separated */
    void ignored(String text) {
        Arrays.stream(text.split(",")).map(String::trim).filter(word -> !word.isEmpty())
                .forEach(word -> declare(word, Kind.OTHER));
    }

    private void declare(String word, Kind kind) {
        if (kinds.putIfAbsent(word, kind) != null) {
            throw new IllegalArgumentException("'" + word + "' is declared twice");
        }
    }

    private static Kind kind(String word) {
        return DECLARABLE.stream().filter(kind -> kind.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("kinds: '" + word + "' is none of "
                        + DECLARABLE.stream().map(Kind::word).collect(Collectors.joining(", "))));
    }

    /** @param decimals {@code currency=decimals}, comma separated */
    void unit(String word, String decimals) {
        if (!word.equals("minor") && !word.equals("major")) {
            throw new IllegalArgumentException("unit must be minor or major, but is '" + word + "'");
        }
        Map<String, Integer> own = new HashMap<>();
        pairs(decimals).forEach((currency, digits) -> own.put(currency, Integer.valueOf(digits)));
        unit = new AmountUnit(word.equals("minor"), Map.copyOf(own));
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new HashMap<>();
        for (String pair : text.split(",")) {
            String[] sides = pair.trim().split("=");
            if (sides.length == 2) {
                String name = sides[0].trim();
                if (pairs.put(name, sides[1].trim()) != null) {
                    throw new IllegalArgumentException("'" + name + "' is declared twice");
                }
            } else if (!pair.isBlank()) {
                throw new IllegalArgumentException("'" + pair.trim() + "' must be name=value");
            }
        }
        return pairs;
    }

    /** @throws UnreadableEvent when it has no id or no type */
    Identity identify(JsonNode event, Map<String, Object> headers) throws UnreadableEvent {
        ValuePlace place = places.get("eventId");
        String id = place == null ? null : place.in(event, headers);
        String word = value("type", event);
        if (id == null || word == null) {
            throw new UnreadableEvent("the event has no " + (id == null ? "id" : "type"));
        }
        String reference = reference(kind(event), event);
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
        Kind kind = kind(event);
        return new ProviderEvent(provider, id, kind, uuid(value("paymentId", event)), reference(kind, event),
                partReference(kind, event),
                REFUNDS.contains(kind) ? uuid(value("operationId", event)) : null, money(kind, event),
                FAILURES.contains(kind) ? reason(value("reason", event)) : null);
    }

    private Kind kind(JsonNode event) throws UnreadableEvent {
        String word = value("type", event);
        Kind kind = kinds.getOrDefault(word + '/' + value("status", event), kinds.getOrDefault(word, Kind.UNDECLARED));
        // That nothing is reserved any more moves nothing: what became of it is told by an event of its own.
        return kind == Kind.AUTHORIZED && isNothing(amount("authorizedAmount", event)) ? Kind.OTHER : kind;
    }

    private static boolean isNothing(String amount) {
        return amount != null && NOTHING.matcher(amount).matches();
    }

    private String reference(Kind kind, JsonNode event) throws UnreadableEvent {
        if (REFUNDS.contains(kind)) {
            return value("refundOf", event);
        }
        return value(kind == Kind.COMPLETED && isDeclared("captureOf") ? "captureOf" : "reference", event);
    }

    private String partReference(Kind kind, JsonNode event) throws UnreadableEvent {
        if (REFUNDS.contains(kind)) {
            return value("refundReference", event);
        }
        return kind == Kind.COMPLETED ? value("captureReference", event) : null;
    }

    private boolean isDeclared(String place) {
        return places.containsKey(place) && !places.get(place).isEmpty();
    }

    /** A failure, a cancellation and what moves nothing tell of no amount. */
    private Money money(Kind kind, JsonNode event) throws UnreadableEvent {
        return switch (kind) {
            case AUTHORIZED -> money("authorizedAmount", event);
            case COMPLETED -> money("amount", event);
            case REFUNDED, REFUND_FAILED, CANCELLED_OR_REFUNDED -> money("refundAmount", event);
            case FAILED, CAPTURE_DECLINED, CANCELLED, OTHER, UNDECLARED -> null;
        };
    }

    private Money money(String place, JsonNode event) throws UnreadableEvent {
        return unit.money(amount(place, event), value("currency", event));
    }

    private String amount(String place, JsonNode event) throws UnreadableEvent {
        return value(isDeclared(place) ? place : "amount", event);
    }

    private String value(String name, JsonNode event) throws UnreadableEvent {
        ValuePlace place = places.get(name);
        return place == null ? null : place.in(event, Map.of());
    }

    /** An id that is no UUID was not given by us: another system may take payments through the same account. */
    private static UUID uuid(String text) {
        return text != null && UUID_TEXT.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    /** Of a sentence a word: lower case, with underscores. */
    private static String reason(String text) {
        if (text == null) {
            return null;
        }
        String word = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
        return word.isEmpty() ? null : word.substring(0, Math.min(word.length(), MAX_REASON));
    }
}
