package io.payroute.payment.provider.http;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.Exchange;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The request that a provider's route declares, field by field. A body is put together from its fields, so no value can become
 * more than a value. A field whose variable has no value is left out; a path is not sent with one missing.
 */
final class DeclaredRequest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final String method;
    private final DeclaredText path;
    private final Map<String, DeclaredText> query;
    private final Map<String, DeclaredText> headers;
    private final Map<String, DeclaredText> body;
    private final boolean form;
    private final String keyHeader;

    /** @throws IllegalArgumentException naming the property that is wrong */
    DeclaredRequest(Declaration declared) {
        method = declared.oneOf("method", METHODS);
        if (!declared.text("path").startsWith("/")) {
            throw new IllegalArgumentException("path must begin with /");
        }
        path = declared.read("path", DeclaredText::of);
        query = declared.read("query", DeclaredRequest::fields);
        headers = declared.read("headers", DeclaredRequest::fields);
        form = declared.oneOf("bodyType", Set.of("json", "form")).equals("form");
        body = declared.read("body", DeclaredRequest::fields);
        if (!form) {
            declared.read("body", text -> {
                body.keySet().forEach(JsonPointer::compile);
                return null;
            });
        }
        keyHeader = declared.text("keyHeader");
    }

    /** @throws IllegalArgumentException when a field is no {@code name=value} */
    static Map<String, DeclaredText> fields(String text) {
        Map<String, DeclaredText> fields = new LinkedHashMap<>();
        DeclaredText.pairs(text).forEach((name, value) -> fields.put(name, DeclaredText.of(value)));
        return fields;
    }

    /** The names of all variables in it. */
    Set<String> variables() {
        return Stream.of(Stream.of(path), query.values().stream(), headers.values().stream(), body.values().stream())
                .flatMap(texts -> texts).flatMap(DeclaredText::variables).collect(Collectors.toCollection(TreeSet::new));
    }

    boolean isGet() {
        return method.equals("GET");
    }

    boolean hasKey() {
        return !keyHeader.isEmpty();
    }

    /** @return empty when a value of the path is missing */
    Optional<HttpCall> of(Exchange exchange, String key) {
        String to = path.encoded(exchange);
        if (to == null) {
            return Optional.empty();
        }
        Map<String, String> sent = texts(headers, exchange);
        if (hasKey()) {
            sent.put(keyHeader, key);
        }
        String encodedQuery = encoded(texts(query, exchange));
        String content = body.isEmpty() ? null : form ? encoded(texts(body, exchange)) : json(exchange);
        return Optional.of(new HttpCall(method, to, encodedQuery.isEmpty() ? null : encodedQuery, sent,
                content == null ? null : form ? "application/x-www-form-urlencoded" : "application/json", content));
    }

    private static Map<String, String> texts(Map<String, DeclaredText> fields, Exchange exchange) {
        Map<String, String> texts = new LinkedHashMap<>();
        fields.forEach((name, text) -> {
            String value = text.text(exchange);
            if (value != null) {
                texts.put(name, value);
            }
        });
        return texts;
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> DeclaredText.encode(field.getKey()) + '=' + DeclaredText.encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private String json(Exchange exchange) {
        ObjectNode root = JSON.createObjectNode();
        body.forEach((name, text) -> {
            Object value = text.value(exchange);
            if (value != null) {
                JsonPointer pointer = JsonPointer.compile(name);
                root.withObject(pointer.head()).set(pointer.last().getMatchingProperty(), node(value));
            }
        });
        return root.toString();
    }

    /** Written without a variable, {@code true} and {@code 1} are what they look like, and {@code '1'} is a text. */
    private static JsonNode node(Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value instanceof BigDecimal decimal) {
            return nodes.numberNode(decimal);
        }
        if (value instanceof DeclaredText.Literal literal) {
            String text = literal.text();
            if (text.equals("true") || text.equals("false")) {
                return nodes.booleanNode(Boolean.parseBoolean(text));
            }
            if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
                return nodes.numberNode(Long.parseLong(text));
            }
            return nodes.textNode(text);
        }
        if (value instanceof Boolean flag) {
            return nodes.booleanNode(flag);
        }
        return value instanceof Number number ? nodes.numberNode(number.longValue()) : nodes.textNode(value.toString());
    }
}
