package io.payroute.it;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the contract and the code together from both sides: whatever breaks one constraint of openapi.yaml is refused with a
 * problem that names it, and what is just allowed is not refused for it.
 */
@Timeout(300)
class ContractViolationsIT {

    private static final int MAX_BODY = 64 * 1024;
    /** What the application takes of addresses depends on where it runs; the examples are for readers. */
    private static final String RECEIVER = "http://127.0.0.1:1999/hooks";
    private static final String ENDPOINTS = "/api/v1/webhook-endpoints";
    /** Their values name things that must exist, or do more than the others. */
    private static final Set<String> NAMES = Set.of("provider", "url", "scope", "from", "to", "repair", "cursor", "items");
    /** Its body is the provider's own affair, and nothing is read before its signature. */
    private static final String SIGNED = "providerWebhook";
    /** Who logs in with wrong passwords has to wait, and so has everybody at the same address. */
    private static final String GUARDED = "logIn";
    /** What it takes is answered without an end. */
    private static final String STREAM = "streamAggregatedPayments";

    private final Application application = Application.shared();
    private final Contract contract = new Contract(application);
    private final List<String> wrong = new ArrayList<>();
    private String authorized;
    private String completed;

    ContractViolationsIT() throws IOException {
    }

    @Test
    void shouldRefuseWhateverBreaksAConstraintOfTheContract() throws Exception {
        // Given
        authorized = payment("false", "authorized");
        completed = payment("true", "completed");

        // When
        for (Contract.Named one : contract.operations()) {
            if (!one.operation().getOperationId().equals(SIGNED)) {
                bodies(one);
                queries(one);
                headers(one);
                paths(one);
            }
        }

        // Then
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldTakeWhatTheContractJustAllows() throws Exception {
        // When
        for (Contract.Named one : contract.operations()) {
            if (Set.of(GUARDED, STREAM).contains(one.operation().getOperationId())) {
                continue;
            }
            for (Map.Entry<String, Schema<?>> property : properties(one).entrySet()) {
                for (Object value : allowed(property.getKey(), property.getValue())) {
                    JsonObject body = example(one).put(property.getKey(), value);
                    taken(one, property.getKey(), value, target(one), body.encode());
                }
            }
            for (Parameter parameter : in(one, "query")) {
                for (Object value : allowed(parameter.getName(), parameter.getSchema())) {
                    taken(one, parameter.getName(), value, query(one, parameter, value.toString()), null);
                }
            }
        }

        // Then
        assertThat(wrong).isEmpty();
    }

    private String payment(String capture, String status) throws IOException {
        String body = "{\"user_id\":\"user-1\",\"amount\":12.5,\"currency\":\"USD\",\"capture\":" + capture + "}";
        String id = new JsonObject(contract.answer("POST", "/api/v1/payments", body).body()).getString("payment_id");
        application.awaitStatus(id, status);
        return id;
    }

    private void bodies(Contract.Named one) throws IOException {
        Schema<?> schema = schema(one.operation());
        if (schema == null) {
            return;
        }
        for (String body : List.of("[]", "7", "null", "\"x\"", "{", "{} {}", "{\"a\":NaN}")) {
            refused(one, body, "", 400, target(one), body);
        }
        if (Boolean.FALSE.equals(schema.getAdditionalProperties())) {
            refused(one, "an unknown field", "nonsense", 422, target(one), example(one).put("nonsense", 1).encode());
        }
        for (Map.Entry<String, Schema<?>> property : properties(one).entrySet()) {
            String name = property.getKey();
            if (schema.getRequired() != null && schema.getRequired().contains(name)) {
                JsonObject body = example(one);
                body.remove(name);
                refused(one, "no " + name, name, 422, target(one), body.encode());
            }
            for (Object value : Violations.of(property.getValue())) {
                refused(one, name + "=" + value, name, 422, target(one), example(one).put(name, value).encode());
            }
        }
    }

    private void queries(Contract.Named one) throws IOException {
        String body = body(one);
        refused(one, "an unknown parameter", "nonsense", 400, target(one) + "?nonsense=1", body);
        if (!in(one, "query").isEmpty()) {
            refused(one, "an endless address", "", 414, target(one) + "?" + "x".repeat(4_096), body);
        }
        for (Parameter parameter : in(one, "query")) {
            String name = parameter.getName();
            for (String value : Violations.texts(parameter.getSchema())) {
                refused(one, name + "=" + value, name, 422, query(one, parameter, value), body);
            }
            refused(one, name + " twice", name, 422, query(one, parameter, "1") + "&" + name + "=2", body);
            refused(one, name + " that is not UTF-8", "", 400, target(one) + "?" + name + "=%ED%A0%80", body);
        }
    }

    private void headers(Contract.Named one) throws IOException {
        for (Parameter parameter : in(one, "header")) {
            String name = parameter.getName();
            boolean user = name.equals("X-User-ID");
            for (String value : Violations.texts(parameter.getSchema())) {
                if (value.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
                    refused(one, name + "=" + value, name, user ? 400 : 422, target(one), body(one), name, value,
                            user ? "X-Nothing" : "X-User-ID", UUID.randomUUID().toString());
                }
            }
        }
    }

    private void paths(Contract.Named one) throws IOException {
        for (Parameter parameter : in(one, "path")) {
            for (String value : List.of("no-such-thing", "1-1-1-1-1", "%00", "%0a", "-1", "99999999999999999999")) {
                String target = one.path().replace('{' + parameter.getName() + '}', value);
                refused(one, parameter.getName() + "=" + value, "", 404, target(one, target), body(one));
            }
        }
    }

    /** @param field that the answer has to name; empty where there is none to be named */
    private void refused(Contract.Named one, String what, String field, int status, String target, String body,
            String... headers) throws IOException {
        String sent = body == null ? null : ascii(body);
        HttpResponse<String> answer = contract.answer(one.method(), target, sent, headers);
        if (sent != null && sent.length() > MAX_BODY && answer.statusCode() == 413) {
            // Of so long a body no field is read.
            return;
        }
        boolean said = answer.statusCode() == status
                && answer.headers().firstValue("Content-Type").orElse("")
                        .equals(Contract.isOfTheShop(one) ? "application/json" : "application/problem+json")
                && (names(answer, field) || headers.length > 0 && answer.body().contains(field));
        List<String> unsaid = contract.unsaid(one.method(), target.replaceFirst("\\?.*", ""), answer);
        if (!said || !unsaid.isEmpty()) {
            note(one, what, answer, unsaid);
        }
    }

    /** What does not exist may be missed, and a state may forbid it: but the value is not what is wrong. */
    private void taken(Contract.Named one, String name, Object value, String target, String body) throws IOException {
        String user = UUID.randomUUID().toString();
        HttpResponse<String> answer = contract.answer(one.method(), target, body, "X-User-ID", user);
        if (answer.statusCode() >= 500 || answer.statusCode() == 400 || answer.statusCode() == 422 && names(answer, name)) {
            note(one, name + "=" + value, answer, List.of());
        }
        if (answer.statusCode() == 201 && one.path().equals(ENDPOINTS)) {
            // Nobody listens there.
            contract.answer("DELETE", answer.headers().firstValue("Location").orElseThrow(), null, "X-User-ID", user);
        }
    }

    private void note(Contract.Named one, String what, HttpResponse<String> answer, List<String> unsaid) {
        String shown = what.length() > 80 ? what.substring(0, 80) + "..." : what;
        wrong.add(one.method() + " " + one.path() + " with " + ascii(shown) + " -> " + answer.statusCode() + " "
                + answer.body() + (unsaid.isEmpty() ? "" : " " + unsaid));
    }

    private static boolean names(HttpResponse<String> answer, String field) {
        return field.isEmpty() || answer.body().contains("\"field\":\"" + field + "\"")
                || answer.body().contains("\"field\":\"" + field + "[");
    }

    /** Half a character can be written in no other way. */
    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder();
        text.chars().forEach(c -> ascii.append(c >= 0x20 && c < 0x7f ? (char) c + "" : String.format("\\u%04x", c)));
        return ascii.toString();
    }

    private static List<Object> allowed(String name, Schema<?> schema) {
        return NAMES.contains(name) ? List.of() : Violations.allowed(schema);
    }

    private static String body(Contract.Named one) {
        return schema(one.operation()) == null ? null : example(one).encode();
    }

    private static JsonObject example(Contract.Named one) {
        JsonObject body = new JsonObject(
                one.operation().getRequestBody().getContent().get("application/json").getExample().toString());
        return body.containsKey("url") ? body.put("url", RECEIVER) : body;
    }

    private static Schema<?> schema(Operation operation) {
        return operation.getRequestBody() == null
                ? null
                : operation.getRequestBody().getContent().get("application/json").getSchema();
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static Map<String, Schema<?>> properties(Contract.Named one) {
        Schema<?> schema = schema(one.operation());
        Map<String, Schema<?>> properties = new LinkedHashMap<>();
        if (schema != null && schema.getProperties() != null) {
            ((Map<String, Schema>) (Map) schema.getProperties()).forEach(properties::put);
        }
        return properties;
    }

    private static List<Parameter> in(Contract.Named one, String place) {
        return one.operation().getParameters() == null
                ? List.of()
                : one.operation().getParameters().stream().filter(parameter -> place.equals(parameter.getIn())).toList();
    }

    private String target(Contract.Named one) {
        return target(one, one.path());
    }

    /** Of a payment where what is wrong is found by it alone; else of nothing, so that what is right changes nothing. */
    private String target(Contract.Named one, String path) {
        String nothing = path.contains("dead-letters") ? "999999" : UUID.randomUUID().toString();
        String id = switch (one.operation().getOperationId()) {
            case "capturePayment" -> authorized;
            case "refundPayment" -> completed;
            default -> nothing;
        };
        return path.replace("{role}", "payment").replace("{id}", id == null ? nothing : id).replace("{deliveryId}", nothing);
    }

    /** An amount is nothing without its currency. */
    private String query(Contract.Named one, Parameter parameter, String value) {
        String with = switch (parameter.getName()) {
            case "amount" -> "&currency=USD";
            case "currency" -> "&amount=5";
            default -> "";
        };
        return target(one) + "?" + parameter.getName() + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8) + with;
    }
}
