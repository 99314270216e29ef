package io.payroute.platform.http;

import java.time.Instant;
import java.util.Collection;

import org.apache.camel.Message;

import io.payroute.platform.Refusal;

/**
 * The query parameters of a request, read by the same rules everywhere: each is given once, is not empty, has no control
 * character and is as long as the contract says. That there is no unknown one, the edge has made sure of.
 */
public final class Parameters {

    /** Entries of a page, and most of them. */
    public static final int DEFAULT_LIMIT = 20;
    public static final int MAX_LIMIT = 100;

    private static final int MAX_CURSOR = 200;

    private final Message message;

    private Parameters(Message message) {
        this.message = message;
    }

    public static Parameters of(Message message) {
        return new Parameters(message);
    }

    /**
     * @param max most characters (Unicode code points)
     * @return null when it is absent
     * @throws Refusal 422, as by all methods here
     */
    public String text(String name, int max) {
        String text = given(name);
        if (text != null
                && (JsonText.isBlank(text) || text.codePointCount(0, text.length()) > max || !JsonText.isClean(text))) {
            throw Refusal.invalid(name, "text",
                    name + " must have 1 to " + max + " characters, not all blank and none a control character.");
        }
        return text;
    }

    private String given(String name) {
        Object value = message.getHeader(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        // Camel makes a list of what is given twice.
        throw Refusal.invalid(name, "repeated", name + " must be given once.");
    }

    /** One of some words; null when it is absent. */
    public String word(String name, Collection<String> words) {
        String word = given(name);
        if (word != null && !words.contains(word)) {
            throw Refusal.invalid(name, name, name + " must be one of " + String.join(", ", words) + ".");
        }
        return word;
    }

    /** {@code true} or {@code false}; false when it is absent. */
    public boolean flag(String name) {
        String word = given(name);
        if (word != null && !word.equals("true") && !word.equals("false")) {
            throw Refusal.invalid(name, name, name + " must be true or false.");
        }
        return "true".equals(word);
    }

    /** A whole number from {@code min} to {@code max}, as a computer writes it; the fallback when it is absent. */
    public long whole(String name, long min, long max, long fallback) {
        String text = given(name);
        if (text == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max && text.equals(Long.toString(number))) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Refusal.invalid(name, "out_of_range",
                name + " must be a whole number from " + min + " to " + max + ".");
    }

    /** How many entries a page shall have: {@code limit}. */
    public int limit() {
        return (int) whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    }

    /** Where the page before ended: {@code cursor}, to be decoded; null for the first page. */
    public String cursor() {
        return text("cursor", MAX_CURSOR);
    }

    /** A time of RFC 3339; null when it is absent. */
    public Instant time(String name) {
        String text = given(name);
        return text == null ? null : RequestTime.of(name, text);
    }
}
