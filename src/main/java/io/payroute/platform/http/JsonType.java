package io.payroute.platform.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** What a field of a {@link JsonBody.Schema} may hold. Reads one value, or notes why not and steps over it. */
public abstract class JsonType {

    private static final String WRONG_TYPE = "wrong_type";

    JsonType() {
    }

    /** @return the value; null after an error was added, with the parser at the value's end */
    abstract Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException;

    private static Object wrong(JsonParser parser, JsonErrors errors, String prefix, String name, String expected)
            throws IOException {
        parser.skipChildren();
        errors.add(prefix, name, WRONG_TYPE, name + " must be " + expected);
        return null;
    }

    static class Text extends JsonType {
        private final int min;
        private final int max;

        Text(int min, int max) {
            this.min = min;
            this.max = max;
        }

        @Override
        Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return wrong(parser, errors, prefix, name, "a string");
            }
            String text = parser.getText();
            int length = text.codePointCount(0, text.length());
            if (length > max) {
                errors.add(prefix, name, "too_long", name + " must have at most " + max + " characters");
            } else if (length < min || (min > 0 && JsonText.isBlank(text))) {
                errors.add(prefix, name, "too_short", name + " must have at least " + min + " character(s), not all blank");
            } else if (!isClean(text)) {
                errors.add(prefix, name, "invalid_character", name + " must not contain control characters or half surrogates");
            } else {
                return text;
            }
            return null;
        }

        boolean isClean(String text) {
            return JsonText.isClean(text);
        }
    }

    static final class Lines extends Text {

        private static final Pattern BREAK = Pattern.compile("\\r\\n|[\\n\\t]");

        Lines(int min, int max) {
            super(min, max);
        }

        @Override
        boolean isClean(String text) {
            return JsonText.isClean(BREAK.matcher(text).replaceAll(" "));
        }
    }

    static final class Decimal extends JsonType {
        @Override
        Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> parser.getText();
                default -> wrong(parser, errors, prefix, name, "a number or a decimal string");
            };
        }
    }

    static final class Whole extends JsonType {
        private static final int MAX_DIGITS = 20;
        private final long min;
        private final long max;

        Whole(long min, long max) {
            this.min = min;
            this.max = max;
        }

        @Override
        Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                return wrong(parser, errors, prefix, name, "a whole number");
            }
            if (parser.getTextLength() <= MAX_DIGITS && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                long value = parser.getLongValue();
                if (value >= min && value <= max) {
                    return value;
                }
            }
            errors.add(prefix, name, "out_of_range", name + " must be between " + min + " and " + max);
            return null;
        }
    }

    static final class Flag extends JsonType {
        @Override
        Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_TRUE -> Boolean.TRUE;
                case VALUE_FALSE -> Boolean.FALSE;
                default -> wrong(parser, errors, prefix, name, "true or false");
            };
        }
    }

    static final class Texts extends JsonType {
        private final Text item;
        private final int min;
        private final int max;

        Texts(Text item, int min, int max) {
            this.item = item;
            this.min = min;
            this.max = max;
        }

        @Override
        Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                return wrong(parser, errors, prefix, name, "an array of strings");
            }
            List<String> items = new ArrayList<>();
            int count = 0;
            for (; parser.nextToken() != JsonToken.END_ARRAY; count++) {
                if (count >= max) {
                    parser.skipChildren();
                } else if (item.read(parser, errors, prefix, name + "[" + count + "]") instanceof String text) {
                    items.add(text);
                }
            }
            if (count < min || count > max) {
                errors.add(prefix, name, "wrong_size", name + " must have " + min + " to " + max + " entries");
                return null;
            }
            return List.copyOf(items);
        }
    }

    /** An array of whole numbers. */
    static final class Wholes extends JsonType {
        private final Whole item;
        private final int max;

        Wholes(Whole item, int max) {
            this.item = item;
            this.max = max;
        }

        @Override
        Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                return wrong(parser, errors, prefix, name, "an array of whole numbers");
            }
            List<Long> items = new ArrayList<>();
            int count = 0;
            for (; parser.nextToken() != JsonToken.END_ARRAY; count++) {
                if (count >= max) {
                    parser.skipChildren();
                } else if (item.read(parser, errors, prefix, name + "[" + count + "]") instanceof Long number) {
                    items.add(number);
                }
            }
            if (count < 1 || count > max) {
                errors.add(prefix, name, "wrong_size", name + " must have 1 to " + max + " entries");
                return null;
            }
            return List.copyOf(items);
        }
    }

    static final class Objects extends JsonType {
        private final JsonReader schema;
        private final int min;
        private final int max;

        Objects(JsonReader schema, int min, int max) {
            this.schema = schema;
            this.min = min;
            this.max = max;
        }

        @Override
        Object read(JsonParser parser, JsonErrors errors, String prefix, String name) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                return wrong(parser, errors, prefix, name, "an array of objects");
            }
            List<JsonBody.Values> items = new ArrayList<>();
            int count = 0;
            for (; parser.nextToken() != JsonToken.END_ARRAY; count++) {
                if (count >= max) {
                    parser.skipChildren();
                } else if (parser.currentToken() != JsonToken.START_OBJECT) {
                    wrong(parser, errors, prefix, name + "[" + count + "]", "an object");
                } else {
                    items.add(schema.read(parser, errors, prefix + name + "[" + count + "]."));
                }
            }
            if (count < min || count > max) {
                errors.add(prefix, name, "wrong_size", name + " must have " + min + " to " + max + " entries");
                return null;
            }
            return List.copyOf(items);
        }
    }
}
