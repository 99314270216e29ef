package io.payroute.provider;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/** Values that are only shown: what cannot be one is left out, and what is too much. */
public final class Told {

    /** Entries of metadata. */
    public static final int MAX_ENTRIES = 32;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");
    private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{12,14}");
    private static final int MAX_NAME = 64;
    private static final int MAX_VALUE = 256;

    private Told() {
    }

    /** @return null when it is no time: seconds or milliseconds since 1970, or RFC 3339 */
    public static Instant time(String text) {
        try {
            if (text == null) {
                return null;
            }
            if (SECONDS.matcher(text).matches()) {
                return Instant.ofEpochSecond(Long.parseLong(text));
            }
            return MILLISECONDS.matcher(text).matches()
                    ? Instant.ofEpochMilli(Long.parseLong(text))
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Adds the single values of an object, until there are {@link #MAX_ENTRIES}; those there already stay. */
    public static void add(Map<String, String> metadata, JsonNode object) {
        Iterator<Map.Entry<String, JsonNode>> fields = object.fields();
        while (fields.hasNext() && metadata.size() < MAX_ENTRIES) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getValue().isValueNode() && !field.getValue().isNull() && isClean(field.getKey(), MAX_NAME)) {
                String value = field.getValue().asText();
                if (isClean(value, MAX_VALUE)) {
                    metadata.putIfAbsent(field.getKey(), value);
                }
            }
        }
    }

    private static boolean isClean(String text, int max) {
        return !text.isBlank() && text.length() <= max && text.chars().noneMatch(Character::isISOControl)
                && text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }
}
