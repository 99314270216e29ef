package io.payroute.it;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.swagger.v3.oas.models.media.Schema;

/** Values that a schema of the contract forbids, made of each of its constraints; and values at its edge that it allows. */
final class Violations {

    private static final String[] NO_AMOUNTS = {"", "abc", "1,5", "-1", "01", " 1", "0x10", "1e", "+1", "0", "0e5", "NaN",
            "1".repeat(41)};
    private static final String[] NO_TIMES = {"yesterday", "2026-01-31", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
            "2026-11-21T04:03:25", "2026-11-21T24:00:00Z", "+999999999-12-31T23:59:59Z", "-0001-01-01T00:00:00Z",
            "2026-11-21T04:03:25+18:01", "2026-11-21T04:03:25Z\u0000"};
    private static final String[] NO_MAILS = {"nobody", "a@b", "a b@example.com", "a@example.com,b@example.com",
            "a@example.com\u0000", "@example.com", ".a@example.com", "a@-example.com", "a".repeat(65) + "@example.com"};
    private static final String[] OTHERS = {"\u0000", "a\u0000b", "a\u0007b", "\u009f", "a b\n", "a b", "\u00e4 ,;", ""};
    private static final String SMILE = "\ud83d\ude00";
    /** Half a character: text of Java and of JSON's escapes, but of no encoding. */
    private static final String HALF = "a\ud83d";

    private Violations() {
    }

    /** What is no value of the schema: values of JSON, null among them. */
    static List<Object> of(Schema<?> schema) {
        List<Object> bad = new ArrayList<>();
        if (!Boolean.TRUE.equals(schema.getNullable())) {
            bad.add(null);
        }
        bad.add(Map.of("a", 1));
        if (schema.getOneOf() != null) {
            Collections.addAll(bad, (Object[]) NO_AMOUNTS);
            Collections.addAll(bad, true, List.of(1), -1, 0, 1_000_000_000_000L, new BigDecimal("1e400"), HALF);
            return bad;
        }
        switch (schema.getType()) {
            case "string" -> {
                Collections.addAll(bad, 7, true, List.of("x"), HALF);
                bad.addAll(texts(schema));
            }
            case "integer" -> {
                Collections.addAll(bad, "1", true, 1.5, List.of(1), new BigDecimal("1e400"));
                bad.addAll(beyond(schema));
            }
            case "boolean" -> Collections.addAll(bad, "true", 1, "", List.of(true));
            case "array" -> {
                Collections.addAll(bad, "x", 7, true);
                if (schema.getMinItems() != null) {
                    bad.add(items(schema, schema.getMinItems() - 1));
                }
                if (schema.getMaxItems() != null) {
                    bad.add(items(schema, schema.getMaxItems() + 1));
                }
                of(schema.getItems()).forEach(one -> bad.add(Collections.singletonList(one)));
            }
            case "object" -> Collections.addAll(bad, 7, "x", true);
            default -> throw new IllegalArgumentException("no violations of type " + schema.getType());
        }
        return bad;
    }

    /** What is no text of the schema, also where all is text, as in a query. */
    static List<String> texts(Schema<?> schema) {
        List<String> bad = new ArrayList<>();
        if (schema.getMinLength() != null && schema.getMinLength() > 0) {
            Collections.addAll(bad, "", " ", "\u00a0", "\u2003", "\ufeff");
        }
        if (schema.getMaxLength() != null) {
            bad.add("x".repeat(schema.getMaxLength() + 1));
            bad.add(SMILE.repeat(schema.getMaxLength() + 1));
        }
        if (schema.getEnum() != null) {
            String word = schema.getEnum().get(0).toString();
            Collections.addAll(bad, "no-such-word", "", word + " ", word + "\u0000", word.toUpperCase() + "X");
        }
        if (schema.getPattern() != null) {
            Arrays.stream(OTHERS).filter(other -> !other.matches(schema.getPattern())).forEach(bad::add);
        }
        if (schema.getFormat() != null) {
            switch (schema.getFormat()) {
                case "date-time" -> Collections.addAll(bad, NO_TIMES);
                case "email" -> Collections.addAll(bad, NO_MAILS);
                case "uuid" -> Collections.addAll(bad, "no-uuid", "1-1-1-1-1", "\u0000", "");
                default -> {
                }
            }
        }
        if ("integer".equals(schema.getType())) {
            Collections.addAll(bad, "x", "1.5", "1e1", "", " 5", "+5", "007", "\u0665", "\u0000", "99999999999999999999");
            beyond(schema).forEach(number -> bad.add(number.toString()));
        }
        if ("boolean".equals(schema.getType())) {
            Collections.addAll(bad, "yes", "TRUE", "1", "", "\u0000");
        }
        return bad;
    }

    /** Values at the edge of what the schema allows, as far as every other value of the schema means the same. */
    static List<Object> allowed(Schema<?> schema) {
        List<Object> good = new ArrayList<>();
        if (schema.getEnum() != null) {
            good.addAll(schema.getEnum().subList(0, Math.min(20, schema.getEnum().size())));
        } else if (schema.getOneOf() != null) {
            Collections.addAll(good, new BigDecimal("0.01"), "1e2", 9_999_999_999L, "1." + "1".repeat(2));
        } else if ("date-time".equals(schema.getFormat())) {
            Collections.addAll(good, "9999-12-31T23:59:59Z", "2996-02-29t00:00:00.123456789+18:00",
                    "2900-01-01T00:00:00-00:00");
        } else if ("email".equals(schema.getFormat())) {
            good.add("a".repeat(64) + "@" + ("b".repeat(62) + ".").repeat(2) + "c".repeat(63));
        } else if ("string".equals(schema.getType()) && schema.getMaxLength() != null) {
            int least = schema.getMinLength() == null ? 0 : schema.getMinLength();
            Stream.concat(Stream.of("x".repeat(least)),
                    Stream.of(SMILE, "\u2028", "x").map(one -> one.repeat(schema.getMaxLength() - 1) + "x"))
                    .filter(one -> schema.getPattern() == null || one.matches(schema.getPattern())).forEach(good::add);
        } else if ("integer".equals(schema.getType())) {
            Collections.addAll(good, schema.getMinimum(), schema.getMaximum() == null ? Long.MAX_VALUE : schema.getMaximum());
        } else if ("boolean".equals(schema.getType())) {
            Collections.addAll(good, true, false);
        } else if ("array".equals(schema.getType())) {
            Collections.addAll(good, items(schema, schema.getMinItems()), items(schema, schema.getMaxItems()));
        }
        if (Boolean.TRUE.equals(schema.getNullable())) {
            good.add(null);
        }
        return good;
    }

    /** So many items, as different as there are words for them. */
    private static List<Object> items(Schema<?> schema, int count) {
        List<?> words = schema.getItems().getEnum() == null ? List.of(Long.MAX_VALUE) : schema.getItems().getEnum();
        return IntStream.range(0, count).<Object>mapToObj(at -> words.get(at % words.size())).toList();
    }

    private static List<Object> beyond(Schema<?> schema) {
        List<Object> bad = new ArrayList<>();
        if (schema.getMinimum() != null) {
            bad.add(schema.getMinimum().longValue() - 1);
        }
        if (schema.getMaximum() != null) {
            bad.add(schema.getMaximum().longValue() + 1);
        }
        if ("int64".equals(schema.getFormat())) {
            bad.add(new BigDecimal("9223372036854775808"));
        }
        return bad;
    }
}
