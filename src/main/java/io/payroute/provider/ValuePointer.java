package io.payroute.provider;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * Where a value of an event stands: JSON pointers (RFC 6901) separated by commas, of which the first that leads to a value counts.
 * Pointers joined by a plus sign make one value, with colons between; {@code header:Name} is a header of the request.
 */
public record ValuePointer(List<List<Part>> alternatives) {

    private static final String HEADER = "header:";
    private static final int MAX_LENGTH = 255;

    /** @param pointer null of a header */
    record Part(String text, JsonPointer pointer) {

        static Part of(String text) {
            return new Part(text, text.startsWith(HEADER) ? null : JsonPointer.compile(text));
        }

        String in(JsonNode event, Map<String, Object> headers) {
            if (pointer != null) {
                return event.at(pointer).asText("");
            }
            return headers.get(text.substring(HEADER.length())) instanceof String header ? header : "";
        }
    }

    /** @throws IllegalArgumentException when a part is neither a pointer nor a header */
    public static ValuePointer of(String text) {
        List<List<Part>> alternatives = new ArrayList<>();
        for (String alternative : text.split(",")) {
            List<Part> parts = Arrays.stream(alternative.split("\\+")).map(String::trim).filter(part -> !part.isEmpty())
                    .map(Part::of).toList();
            if (!parts.isEmpty()) {
                alternatives.add(parts);
            }
        }
        return new ValuePointer(List.copyOf(alternatives));
    }

    public boolean isEmpty() {
        return alternatives.isEmpty();
    }

    /**
     * The value as text, null when there is none. An empty text and a JSON null are none.
     *
     * @throws UnreadableEvent when it is too long or has control characters
     */
    public String in(JsonNode event, Map<String, Object> headers) throws UnreadableEvent {
        for (List<Part> parts : alternatives) {
            List<String> values = new ArrayList<>(parts.size());
            for (Part part : parts) {
                String value = part.in(event, headers);
                if (!value.isBlank()) {
                    values.add(value);
                }
            }
            if (values.size() == parts.size()) {
                return checked(String.join(":", values), parts);
            }
        }
        return null;
    }

    private static String checked(String value, List<Part> parts) throws UnreadableEvent {
        if (value.codePointCount(0, value.length()) > MAX_LENGTH || value.chars().anyMatch(Character::isISOControl)) {
            throw new UnreadableEvent("the value of " + parts.stream().map(Part::text).collect(Collectors.joining(" + "))
                    + " is too long or has control characters");
        }
        return value;
    }
}
