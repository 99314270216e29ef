package io.payroute.payment.provider.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.camel.Exchange;

/**
 * A text of a provider's declaration with {@code ${variable.name}} in it, and no other expression: one may differ in a repetition,
 * and under an idempotency key stands always the same request; and Camel puts the value of an inner expression into the text of the
 * outer one, so that a client's value would be read as an expression. A variable alone keeps its type, so that a number stays one.
 */
final class DeclaredText {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{variable\\.([A-Za-z][A-Za-z0-9]*)}");

    /** What was written without a variable. */
    record Literal(String text) {
    }

    private record Part(String literal, String variable) {

        Object value(Exchange exchange) {
            return literal == null ? exchange.getVariable(variable) : literal;
        }
    }

    private final List<Part> parts;
    private final boolean quoted;

    private DeclaredText(List<Part> parts, boolean quoted) {
        this.parts = parts;
        this.quoted = quoted;
    }

    /**
     * @param text in single quotes for what is a text, whatever it looks like
     * @throws IllegalArgumentException for any other expression
     */
    static DeclaredText of(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("'") && text.endsWith("'");
        String inner = quoted ? text.substring(1, text.length() - 1) : text;
        List<Part> parts = new ArrayList<>();
        Matcher variables = VARIABLE.matcher(inner);
        int at = 0;
        while (variables.find()) {
            literal(parts, inner.substring(at, variables.start()));
            parts.add(new Part(null, variables.group(1)));
            at = variables.end();
        }
        literal(parts, inner.substring(at));
        return new DeclaredText(parts.isEmpty() ? List.of(new Part("", null)) : List.copyOf(parts), quoted);
    }

    private static void literal(List<Part> parts, String text) {
        if (text.contains("${")) {
            throw new IllegalArgumentException("'" + text + "' has an expression that may be another one in a repetition: only "
                    + "${variable.<name>} is possible");
        }
        if (!text.isEmpty()) {
            parts.add(new Part(text, null));
        }
    }

    /**
     * @param text {@code name=value}, comma separated
     * @throws IllegalArgumentException when one is no such pair, or a name comes twice
     */
    static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        Stream.of(text.split(",")).map(String::strip).filter(pair -> !pair.isEmpty()).forEach(pair -> {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + pair + "' must be name=value");
            }
            String name = pair.substring(0, equals).strip();
            if (pairs.put(name, pair.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException("'" + name + "' is declared twice");
            }
        });
        return pairs;
    }

    /** The names of its variables. */
    Stream<String> variables() {
        return parts.stream().map(Part::variable).filter(name -> name != null);
    }

    /** @return a {@link Literal}, what a variable holds, or null when one has no value */
    Object value(Exchange exchange) {
        if (parts.size() > 1 || quoted) {
            return text(exchange);
        }
        Part part = parts.get(0);
        return part.literal() == null ? part.value(exchange) : new Literal(part.literal());
    }

    /** @return null when a variable in it has no value */
    String text(Exchange exchange) {
        return text(exchange, false);
    }

    /** With every value as one piece of an address, whatever stands in it. @return null when a variable has no value */
    String encoded(Exchange exchange) {
        return text(exchange, true);
    }

    private String text(Exchange exchange, boolean encode) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            Object value = part.value(exchange);
            if (value == null || part.literal() == null && value.toString().isEmpty()) {
                return null;
            }
            text.append(encode && part.literal() == null ? encode(value.toString()) : value.toString());
        }
        return text.toString();
    }

    /** For a path as well as for a query. A path must not be left by dots. */
    static String encode(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        return encoded.matches("\\.+") ? encoded.replace(".", "%2E") : encoded;
    }
}
