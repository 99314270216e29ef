package io.payroute.platform.http;

import java.util.List;
import java.util.Map;

import io.payroute.money.Money;
import io.payroute.platform.Refusal;

/**
 * A strict reader of one JSON object, declared once per endpoint. Strict, because what is guessed in a payment is paid: an
 * unknown or repeated name, a wrong type, a byte that is not UTF-8 or a token after the object is refused and never skipped, so
 * a misspelt {@code currency} charges nobody in the default one. Every bad field is named in one answer.
 */
public final class JsonBody {

    private JsonBody() {
    }

    /** An object without fields. */
    public static Schema schema() {
        return new Schema(JsonReader.empty());
    }

    /**
     * A string without control characters.
     *
     * @param min fewest characters (Unicode code points); above 0 a blank text is refused too
     * @param max most characters (Unicode code points)
     */
    public static JsonType text(int min, int max) {
        return new JsonType.Text(min, max);
    }

    /** The same, but with line breaks and tabs. */
    public static JsonType lines(int min, int max) {
        return new JsonType.Lines(min, max);
    }

    /** A number, or a string that holds one: kept as its exact text for {@code Money.of}, never read through a double. */
    public static JsonType decimal() {
        return new JsonType.Decimal();
    }

    /** A whole number, written without point or exponent. */
    public static JsonType integer(long min, long max) {
        return new JsonType.Whole(min, max);
    }

    /** {@code true} or {@code false}. */
    public static JsonType flag() {
        return new JsonType.Flag();
    }

    /** An array of {@code min} to {@code max} strings, each of 1 to {@code length} characters without control characters. */
    public static JsonType texts(int length, int min, int max) {
        return new JsonType.Texts(new JsonType.Text(1, length), min, max);
    }

    /** An array of 1 to {@code max} whole numbers, each at least {@code least}. */
    public static JsonType wholes(long least, int max) {
        return new JsonType.Wholes(new JsonType.Whole(least, Long.MAX_VALUE), max);
    }

    /** An array of objects of one schema; an error in it is named like {@code items[2].quantity}. */
    public static JsonType objects(Schema schema, int min, int max) {
        return new JsonType.Objects(schema.reader, min, max);
    }

    /** The declared fields of an object. Immutable and safe to share; every method that adds returns a new schema. */
    public static final class Schema {

        private final JsonReader reader;

        private Schema(JsonReader reader) {
            this.reader = reader;
        }

        /** Lets every name be spelt in either way of protobuf's JSON: {@code product_id} or {@code productId}, not both. */
        public Schema orCamelCase() {
            return new Schema(reader.orCamelCase());
        }

        /** Adds a field that must be there and not null. */
        public Schema required(String name, JsonType type) {
            return new Schema(reader.with(name, type, JsonReader.Presence.REQUIRED));
        }

        /** Adds a field that may be absent. It must not be null: what that means would be a guess. */
        public Schema optional(String name, JsonType type) {
            return new Schema(reader.with(name, type, JsonReader.Presence.OPTIONAL));
        }

        /** Adds a field that may be absent or null, which both say that there is none. */
        public Schema nullable(String name, JsonType type) {
            return new Schema(reader.with(name, type, JsonReader.Presence.NULLABLE));
        }

        /**
         * Makes {@link Money} of two declared fields and reports what is wrong with it under their names, together with
         * everything else. An absent amount gives no money; read the result with {@link Values#money}, not as text.
         *
         * @param amountField a field of {@link #decimal()}
         * @param currencyField a field of {@link #text}
         * @param defaultCurrency used when the currency is absent; null for none, then declare the currency required
         */
        public Schema money(String amountField, String currencyField, String defaultCurrency) {
            return new Schema(reader.withMoney(amountField, currencyField, defaultCurrency));
        }

        /**
         * Reads a body; throws nothing else than what is named here.
         *
         * @param body UTF-8
         * @throws Refusal 400 when it is not one JSON object, 422 with every bad field when it breaks the schema
         */
        public Values parse(byte[] body) {
            return reader.parse(body);
        }
    }

    /**
     * The fields of a body that passed its {@link Schema}. Every value has the declared type and keeps the declared bounds;
     * requesting a name that the schema does not know is a fault of the program and throws {@link IllegalArgumentException}.
     */
    public static final class Values {

        private final Map<String, Integer> indexes;
        private final Object[] values;
        private final long seen;

        Values(Map<String, Integer> indexes, Object[] values, long seen) {
            this.indexes = indexes;
            this.values = values;
            this.seen = seen;
        }

        /** Whether the field was there, be it as null: what a change names and what it leaves as it is. */
        public boolean names(String name) {
            return (seen & 1L << index(name)) != 0;
        }

        /** Whether the field was there with a value other than null. */
        public boolean has(String name) {
            return get(name) != null;
        }

        /** The text of a string or decimal field; null when an optional one is absent. */
        public String text(String name) {
            return (String) get(name);
        }

        /** The text of a string or decimal field, or the fallback when it is absent. */
        public String text(String name, String fallback) {
            return has(name) ? text(name) : fallback;
        }

        /** An integer field, or the fallback when it is absent. */
        public long integer(String name, long fallback) {
            return has(name) ? (Long) get(name) : fallback;
        }

        /** A boolean field, or the fallback when it is absent. */
        public boolean flag(String name, boolean fallback) {
            return has(name) ? (Boolean) get(name) : fallback;
        }

        /** The money that {@link Schema#money} made of an amount and its currency, by the amount's name; null when absent. */
        public Money money(String amountField) {
            return (Money) get(amountField);
        }

        /** The entries of an array of strings; null when it is absent. */
        @SuppressWarnings("unchecked")
        public List<String> texts(String name) {
            return (List<String>) get(name);
        }

        /** The entries of an array of whole numbers; null when it is absent. */
        @SuppressWarnings("unchecked")
        public List<Long> wholes(String name) {
            return (List<Long>) get(name);
        }

        /** The entries of an array of objects; empty when it is absent. */
        @SuppressWarnings("unchecked")
        public List<Values> objects(String name) {
            return has(name) ? (List<Values>) get(name) : List.of();
        }

        private Object get(String name) {
            return values[index(name)];
        }

        private int index(String name) {
            Integer index = indexes.get(name);
            if (index == null) {
                throw new IllegalArgumentException("the schema has no field " + name);
            }
            return index;
        }
    }
}
