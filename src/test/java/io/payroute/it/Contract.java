package io.payroute.it;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;

import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.parser.core.models.ParseOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A client that holds every answer, and every request that shall succeed, to the contract as the application serves it. */
final class Contract {

    private final Application application;
    private final OpenAPI contract;
    private final OpenApiInteractionValidator validator;
    private final Set<String> called = new TreeSet<>();
    private final ShopTokens people;

    Contract(Application application) throws IOException {
        this.application = application;
        this.people = new ShopTokens(application);
        String served = application.get("/openapi.yaml").body();
        ParseOptions whole = new ParseOptions();
        whole.setResolve(true);
        whole.setResolveFully(true);
        this.contract = new OpenAPIParser().readContents(served, null, whole).getOpenAPI();
        this.validator = OpenApiInteractionValidator.createForInlineApiSpecification(served).build();
    }

    /**
     * @param body JSON, or null for none
     * @param headers names and values in turn
     */
    HttpResponse<String> call(int expected, String method, String target, String body, String... headers) throws IOException {
        HttpResponse<String> answer = answer(method, target, body, headers);
        String what = method + " " + target + " -> " + answer.statusCode() + " " + answer.body();
        assertThat(answer.statusCode()).as(what).isEqualTo(expected);
        String path = target.replaceFirst("\\?.*", "");
        assertThat(unsaid(method, path, answer)).as(what).isEmpty();
        if (expected < 300) {
            assertThat(problems(validator.validateRequest(request(method, path, target, body, headers)))).as(what).isEmpty();
        }
        called.add(operation(method, path));
        return answer;
    }

    /** What the contract does not say of an answer: another status, another body. */
    List<String> unsaid(String method, String path, HttpResponse<String> answer) {
        return problems(validator.validateResponse(path, Request.Method.valueOf(method), response(answer)));
    }

    /** Whatever comes. */
    HttpResponse<String> answer(String method, String target, String body, String... headers) throws IOException {
        HttpRequest.Builder request = application.request(target);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.method(method, BodyPublishers.ofString(body));
            if (!List.of(headers).contains("Content-Type")) {
                request.header("Content-Type", "application/json");
            }
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        if (!List.of(headers).contains("Authorization") && isForPeople(method, target.replaceFirst("\\?.*", ""))) {
            request.header("Authorization", target.startsWith("/notifications/") ? people.operator() : people.next());
        }
        return send(request);
    }

    /** Whether credentials are needed in every mode. */
    private boolean isForPeople(String method, String path) {
        return operations().stream().filter(one -> one.method().equals(method)
                && path.matches(one.path().replaceAll("\\{[^}]+}", "[^/]*"))).anyMatch(Contract::isForPeople);
    }

    static boolean isForPeople(Named one) {
        return isOfTheShop(one) && !one.operation().getSecurity().isEmpty();
    }

    static boolean isOfTheShop(Named one) {
        return one.operation().getTags().contains("shop");
    }

    /** An operation and where it is. */
    record Named(String path, String method, Operation operation) {
    }

    List<Named> operations() {
        List<Named> operations = new ArrayList<>();
        contract.getPaths().forEach((path, item) -> item.readOperationsMap()
                .forEach((method, operation) -> operations.add(new Named(path, method.name(), operation))));
        return operations;
    }

    /** A user who calls often is told to wait, and does; one whose connection the server has closed meanwhile opens another. */
    private HttpResponse<String> send(HttpRequest.Builder request) {
        return await().atMost(Application.PATIENCE).pollInterval(Duration.ofSeconds(1)).pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(IOException.class::isInstance)
                .until(() -> application.send(request), answer -> answer.statusCode() != 429);
    }

    /** The operations that nobody has called. */
    Set<String> left() {
        Set<String> left = new TreeSet<>();
        contract.getPaths().forEach((path, item) -> item.readOperationsMap()
                .forEach((method, operation) -> left.add(operation.getOperationId())));
        left.removeAll(called);
        return left;
    }

    private String operation(String method, String path) {
        List<String> found = new ArrayList<>();
        contract.getPaths().forEach((template, item) -> item.readOperationsMap().forEach((verb, operation) -> {
            String pattern = Pattern.compile("\\{[^}]+}").matcher(template).replaceAll("[^/]+");
            if (verb.name().equals(method) && path.matches(pattern)) {
                found.add(operation.getOperationId());
            }
        }));
        return found.stream().filter(id -> !id.startsWith("get") || found.size() == 1).findFirst().orElseThrow();
    }

    private static SimpleRequest request(String method, String path, String target, String body, String... headers) {
        SimpleRequest.Builder request = new SimpleRequest.Builder(method, path);
        if (body != null) {
            request.withBody(body).withContentType("application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.withHeader(headers[i], headers[i + 1]);
        }
        if (target.contains("?")) {
            for (String parameter : target.substring(target.indexOf('?') + 1).split("&")) {
                String[] pair = parameter.split("=", 2);
                request.withQueryParam(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
            }
        }
        return request.build();
    }

    private static SimpleResponse response(HttpResponse<String> answer) {
        SimpleResponse.Builder response = SimpleResponse.Builder.status(answer.statusCode());
        answer.headers().map().forEach(response::withHeader);
        return answer.body().isEmpty() ? response.build() : response.withBody(answer.body()).build();
    }

    private static List<String> problems(ValidationReport report) {
        return report.getMessages().stream().filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
                .map(ValidationReport.Message::toString).toList();
    }
}
