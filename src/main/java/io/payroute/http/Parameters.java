package io.payroute.http;

import java.time.Instant;
import java.util.Collection;

import org.apache.camel.Message;

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
     * @throws ProblemException 422, as by all methods here
     */
    public String text(String name, int max) {
        Object value = message.getHeader(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            // Camel makes a list of what is given twice.
            throw ProblemException.validation(name, "repeated", name + " must be given once.");
        }
        if (JsonText.isBlank(text) || text.codePointCount(0, text.length()) > max || !JsonText.isClean(text)) {
            throw ProblemException.validation(name, "text",
                    name + " must have 1 to " + max + " characters, not all blank and none a control character.");
        }
        return text;
    }

    /** One of some words; null when it is absent. */
    public String word(String name, Collection<String> words) {
        String word = text(name, Integer.MAX_VALUE);
        if (word != null && !words.contains(word)) {
            throw ProblemException.validation(name, name, name + " must be one of " + String.join(", ", words) + ".");
        }
        return word;
    }

    /** {@code true} or {@code false}; false when it is absent. */
    public boolean flag(String name) {
        String word = text(name, Integer.MAX_VALUE);
        if (word != null && !word.equals("true") && !word.equals("false")) {
            throw ProblemException.validation(name, name, name + " must be true or false.");
        }
        return "true".equals(word);
    }

    /** A whole number from {@code min}; the fallback when it is absent. */
    public long whole(String name, long min, long max, long fallback) {
        String text = text(name, Integer.MAX_VALUE);
        if (text == null) {
            return fallback;
        }
        if (text.matches("[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw ProblemException.validation(name, "out_of_range",
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
        String text = text(name, Integer.MAX_VALUE);
        return text == null ? null : RequestTime.of(name, text);
    }
}
