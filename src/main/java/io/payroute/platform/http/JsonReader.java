package io.payroute.platform.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.InvalidMoneyException;
import io.payroute.money.Money;
import io.payroute.platform.Refusal;

/** Walks the tokens of one body along the fields of its {@link JsonBody.Schema}. Immutable; the hot path of every POST. */
final class JsonReader {

    /** Whether a field must be there, may be left out, or may be null too. */
    enum Presence {
        REQUIRED, OPTIONAL, NULLABLE
    }

    private static final int MAX_FIELDS = 64;
    private static final int MAX_DEPTH = 16;
    private static final Pattern WORD = Pattern.compile("_([a-z])");
    private static final JsonFactory JSON = JsonFactory.builder()
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private final List<Field> fields;
    private final List<MoneyRule> monies;
    private final boolean camelCase;
    private final Map<String, Integer> indexes = new HashMap<>();

    private JsonReader(List<Field> fields, List<MoneyRule> monies, boolean camelCase) {
        this.fields = fields;
        this.monies = monies;
        this.camelCase = camelCase;
        for (Field field : fields) {
            if (indexes.put(field.name, indexes.size()) != null || fields.size() > MAX_FIELDS) {
                throw new IllegalArgumentException("declared twice, or more than " + MAX_FIELDS + " fields: " + field.name);
            }
        }
        if (camelCase) {
            fields.forEach(field -> indexes.putIfAbsent(camelCase(field.name), indexes.get(field.name)));
        }
    }

    private static String camelCase(String name) {
        return WORD.matcher(name).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    /** Every name may be spelt {@code likeThis}, too. */
    JsonReader orCamelCase() {
        return new JsonReader(fields, monies, true);
    }

    static JsonReader empty() {
        return new JsonReader(List.of(), List.of(), false);
    }

    JsonReader with(String name, JsonType type, Presence presence) {
        return new JsonReader(plus(fields, new Field(name, type, presence)), monies, camelCase);
    }

    JsonReader withMoney(String amountField, String currencyField, String defaultCurrency) {
        MoneyRule rule = new MoneyRule(indexes.get(amountField), indexes.get(currencyField), defaultCurrency);
        return new JsonReader(fields, plus(monies, rule), camelCase);
    }

    JsonBody.Values parse(byte[] body) {
        if (body == null || body.length == 0) {
            throw Refusal.malformed("The body is empty; a JSON object is expected.");
        }
        if (!JsonText.isUtf8(body)) {
            throw Refusal.malformed("The body is not UTF-8.");
        }
        JsonErrors errors = new JsonErrors();
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Refusal.malformed("The body must be a JSON object.");
            }
            JsonBody.Values values = read(parser, errors, "");
            if (parser.nextToken() != null) {
                throw Refusal.malformed("The body has something after the JSON object.");
            }
            errors.throwIfAny();
            return values;
        } catch (JsonProcessingException e) {
            throw Refusal.malformed("The body is not well-formed JSON" + where(e.getLocation()) + ".");
        } catch (IOException e) {
            throw Refusal.malformed("The body cannot be read.");
        }
    }

    /** Reads the object that the parser has just entered, up to its end. */
    JsonBody.Values read(JsonParser parser, JsonErrors errors, String prefix) throws IOException {
        Object[] values = new Object[fields.size()];
        long seen = 0;
        long present = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean isNull = parser.nextToken() == JsonToken.VALUE_NULL;
            Integer index = indexes.get(name);
            if (index == null) {
                errors.add(prefix, name, "unknown_field", "this field is not known here; is it misspelt?");
                parser.skipChildren();
            } else if ((seen & 1L << index) != 0) {
                errors.add(prefix, name, "duplicate_key", name + " is given more than once");
                parser.skipChildren();
            } else {
                seen |= 1L << index;
                if (isNull && fields.get(index).presence == Presence.OPTIONAL) {
                    errors.add(prefix, name, "null", name + " must not be null");
                } else if (!isNull) {
                    present |= 1L << index;
                    values[index] = fields.get(index).type.read(parser, errors, prefix, name);
                }
            }
        }
        for (int index = 0; index < values.length; index++) {
            Field field = fields.get(index);
            if (field.presence == Presence.REQUIRED && (present & 1L << index) == 0) {
                errors.add(prefix, field.name, "required", field.name + " is required");
            }
        }
        for (MoneyRule rule : monies) {
            makeMoney(rule, values, present, errors, prefix);
        }
        return new JsonBody.Values(indexes, values, seen);
    }

    private void makeMoney(MoneyRule rule, Object[] values, long present, JsonErrors errors, String prefix) {
        String amount = (String) values[rule.amount];
        boolean given = (present & 1L << rule.currency) != 0;
        String currency = given ? (String) values[rule.currency] : rule.defaultCurrency;
        if (currency == null) {
            values[rule.amount] = null;
            return;
        }
        int field = rule.currency;
        try {
            CurrencyExponents.ofActive(currency);
            field = rule.amount;
            values[field] = amount == null ? null : Money.of(amount, currency);
        } catch (InvalidMoneyException e) {
            errors.add(prefix, fields.get(field).name, e.rule(), e.getMessage());
        }
    }

    private static String where(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static <T> List<T> plus(List<T> list, T added) {
        List<T> all = new ArrayList<>(list);
        all.add(added);
        return List.copyOf(all);
    }

    private record Field(String name, JsonType type, Presence presence) {
    }

    private record MoneyRule(int amount, int currency, String defaultCurrency) {
    }
}
