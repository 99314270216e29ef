package io.payroute.payment.provider.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.apache.camel.Exchange;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.provider.AmountUnit;
import io.payroute.provider.ReasonWord;
import io.payroute.provider.UnreadableEvent;
import io.payroute.provider.ValuePointer;

/**
 * Reads a provider's answer by what its route declares. In doubt it is unanswered: a server error, an answer that is no JSON, one
 * that nobody declared, a success without its reference. A query is believed that something was not done only where, and when, the
 * declaration says so.
 */
final class DeclaredAnswer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY = "";

    private final Purpose purpose;
    private final AnswerRules rules;
    private final ValuePointer status;
    private final ValuePointer reference;
    private final ValuePointer reason;
    private final ValuePointer amount;
    private final ValuePointer currency;
    private final AmountUnit unit;
    private final JsonPointer items;
    private final Map<String, DeclaredText> match;
    private final int pageSize;
    private final Duration absentAfter;

    /** @throws IllegalArgumentException naming the property that is wrong */
    DeclaredAnswer(Purpose purpose, AmountUnit unit, Declaration declared) {
        this.purpose = purpose;
        this.unit = unit;
        rules = declared.read("outcomes", text -> new AnswerRules(purpose, text));
        if (rules.all().isEmpty() && purpose != Purpose.PREPARE) {
            throw new IllegalArgumentException("outcomes is missing: every answer would leave it open");
        }
        status = declared.pointer("status");
        reference = declared.pointer("reference");
        reason = declared.pointer("reason");
        amount = declared.pointer("amount");
        currency = declared.pointer("currency");
        items = declared.has("items") ? declared.read("items", JsonPointer::compile) : null;
        match = declared.read("match", DeclaredRequest::fields);
        declared.read("match", text -> {
            match.keySet().forEach(JsonPointer::compile);
            return null;
        });
        pageSize = declared.has("pageSize") ? declared.read("pageSize", Integer::parseInt) : Integer.MAX_VALUE;
        absentAfter = declared.duration("absentAfter");
    }

    /** The names of the variables by which an entry is found. */
    Stream<String> variables() {
        return match.values().stream().flatMap(DeclaredText::variables);
    }

    /** The answer's body, null when it is no JSON object: then something in between answered. */
    static JsonNode json(byte[] body) {
        try {
            JsonNode json = body == null ? null : JSON.readTree(body);
            return json != null && json.isObject() ? json : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** @param json null when it is none */
    ProviderOutcome read(ProviderCall call, Exchange exchange, int http, JsonNode json) {
        String what = "HTTP " + http;
        if (http < 200 || http >= 300 && http < 400 || http >= 500 || http == 408 || json == null) {
            return unanswered(json == null ? what + " without JSON" : what);
        }
        try {
            List<JsonNode> told = items == null || http >= 300 ? List.of(json) : items(exchange, json);
            if (told == null) {
                return unanswered(what + " without a list");
            }
            for (AnswerRules.Rule rule : rules.all()) {
                for (JsonNode one : told) {
                    if (rule.matches(http, value(status, one))) {
                        return outcome(call, rule.meaning(), one, what);
                    }
                }
            }
            if (told.isEmpty()) {
                return isWhole(json) ? absent(call, "not found") : unanswered("not found on the first page");
            }
            String word = ReasonWord.of(value(status, told.get(0)));
            return unanswered(word == null ? what : what + ' ' + word);
        } catch (UnreadableEvent e) {
            return unanswered(what + ", not as declared");
        }
    }

    private List<JsonNode> items(Exchange exchange, JsonNode json) {
        JsonNode array = json.at(items);
        if (!array.isArray()) {
            return null;
        }
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode item : array) {
            boolean matches = match.entrySet().stream().allMatch(field -> item.at(field.getKey()).asText(ANY)
                    .equals(field.getValue().text(exchange)));
            if (matches) {
                found.add(item);
            }
        }
        return found;
    }

    private boolean isWhole(JsonNode json) {
        return items == null || json.at(items).size() < pageSize;
    }

    private ProviderOutcome outcome(ProviderCall call, Meaning meaning, JsonNode json, String what) throws UnreadableEvent {
        String operation = operation(call);
        boolean query = call.operation().equals(ProviderCall.STATUS);
        String known = value(reference, json);
        String detail = known == null ? call.reference() : known;
        if (meaning.isSuccess() && detail == null) {
            return unanswered(what + " without its reference");
        }
        String word = ReasonWord.of(value(reason, json));
        return switch (meaning) {
            case DONE -> operation.equals(ProviderCall.AUTHORIZE)
                    ? new ProviderOutcome.Authorized(detail)
                    : new ProviderOutcome.Completed(detail, moved(json));
            case COMPLETED -> isCancel(operation) && purpose == Purpose.QUERY
                    ? new ProviderOutcome.Declined("already_completed")
                    : new ProviderOutcome.Completed(detail, moved(json));
            case AUTHORIZED -> authorized(call, operation, detail);
            case CANCELLED -> isCancel(operation)
                    ? new ProviderOutcome.Completed(detail)
                    : new ProviderOutcome.Declined(word == null ? "cancelled" : word);
            case DECLINED, DECLINED_SOFTLY -> new ProviderOutcome.Declined(word == null ? "declined" : word,
                    meaning == Meaning.DECLINED_SOFTLY);
            case PENDING -> new ProviderOutcome.Pending(detail);
            case NOT_DONE -> query ? unanswered(what) : new ProviderOutcome.NotDone(word == null ? what : word);
            case ABSENT -> absent(call, "not found");
            case UNANSWERED -> unanswered(word == null ? what : what + ' ' + word);
        };
    }

    /** The money is reserved: what was wanted, a step to it, or nothing of it yet. */
    private ProviderOutcome authorized(ProviderCall call, String operation, String detail) {
        return switch (operation) {
            case ProviderCall.AUTHORIZE -> new ProviderOutcome.Authorized(detail);
            case ProviderCall.CAPTURE, ProviderCall.CANCEL -> purpose == Purpose.QUERY
                    ? absent(call, "still authorized")
                    : new ProviderOutcome.Pending(detail);
            default -> new ProviderOutcome.Pending(detail);
        };
    }

    private ProviderOutcome absent(ProviderCall call, String detail) {
        boolean proven = purpose == Purpose.QUERY && absentAfter != null && (absentAfter.isZero()
                || call.keyAge() != null && call.keyAge().compareTo(absentAfter) >= 0);
        return proven ? new ProviderOutcome.NotDone(detail) : unanswered(detail);
    }

    /** @return null where the provider does not say it */
    private Money moved(JsonNode json) throws UnreadableEvent {
        String told = value(amount, json);
        return told == null || told.matches("0+(\\.0+)?") ? null : unit.money(told, value(currency, json));
    }

    static String value(ValuePointer pointer, JsonNode json) throws UnreadableEvent {
        return pointer.in(json, Map.of());
    }

    static String operation(ProviderCall call) {
        return call.operation().equals(ProviderCall.STATUS) ? call.queried() : call.operation();
    }

    private static boolean isCancel(String operation) {
        return operation.equals(ProviderCall.CANCEL);
    }

    private static ProviderOutcome unanswered(String detail) {
        return new ProviderOutcome.Unanswered(detail);
    }
}
