package io.payroute.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.money.CurrencyExponents;
import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds openapi.yaml to the routes, and the routes to it. That answers are as it says is tested by ContractIT. */
class ContractTest {

    private static final String CONTRACT = "src/main/resources/META-INF/resources/openapi.yaml";

    private final SwaggerParseResult parsed = new OpenAPIParser().readLocation(CONTRACT, null, null);
    private final OpenAPI contract = parsed.getOpenAPI();

    @Test
    void shouldBeReadableWithoutComplaint() {
        // Then
        assertThat(parsed.getMessages()).isEmpty();
    }

    @Test
    void shouldNameEveryRouteAndNothingElse() {
        // Given
        Set<String> routes = new Product().endpoints();
        routes.remove("POST /noop");

        // When
        Set<String> operations = new TreeSet<>();
        contract.getPaths().forEach((path, item) -> item.readOperationsMap().keySet()
                .forEach(method -> operations.add(method + " " + path)));

        // Then
        assertThat(operations).containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void shouldSayOfEveryOperationWhatItIsAndWhatMayGoWrong() {
        contract.getPaths().forEach((path, item) -> item.readOperationsMap().forEach((method, operation) -> {
            // Then
            assertThat(operation.getOperationId()).as(path).isNotBlank();
            assertThat(operation.getSummary()).as(path).isNotBlank();
            assertThat(operation.getResponses().keySet()).as(method + " " + path).contains("400", "500", "503");
            if (operation.getRequestBody() != null) {
                assertThat(operation.getResponses().keySet()).as(method + " " + path).contains("415");
            }
        }));
    }

    /** The shop's own, and for everything else problem+json. */
    @Test
    void shouldAnswerEveryRefusalInOneShape() {
        contract.getComponents().getResponses().forEach((name, answer) -> {
            // Then
            boolean shop = name.startsWith("Shop");
            String type = shop ? "application/json" : "application/problem+json";
            assertThat(answer.getContent()).as(name).containsOnlyKeys(type);
            assertThat(answer.getContent().get(type).getSchema().get$ref()).as(name)
                    .isEqualTo("#/components/schemas/" + (shop ? "ShopRefusal" : "Problem"));
        });
    }

    @Test
    void shouldNameTheTraceInEveryAnswer() {
        // When
        List<ApiResponse> answers = Stream.concat(contract.getComponents().getResponses().values().stream(),
                contract.getPaths().values().stream().flatMap(path -> path.readOperations().stream())
                        .flatMap(operation -> operation.getResponses().values().stream())
                        .filter(answer -> answer.get$ref() == null))
                .toList();

        // Then
        assertThat(answers).hasSizeGreaterThan(50)
                .allSatisfy(answer -> assertThat(answer.getHeaders()).as(answer.getDescription()).containsKey("traceparent"));
    }

    @Test
    void shouldNameTheCurrenciesThatCanBePaidIn() {
        // When
        Schema<?> currency = contract.getComponents().getSchemas().get("Currency");

        // Then
        assertThat(currency.getEnum().stream().map(String::valueOf))
                .containsExactlyInAnyOrderElementsOf(CurrencyExponents.activeCodes());
    }

    /** What has no bound here cannot be compared with what the code takes. */
    @Test
    void shouldBoundEverythingThatComesIn() {
        // Given
        ParseOptions whole = new ParseOptions();
        whole.setResolve(true);
        whole.setResolveFully(true);
        OpenAPI resolved = new OpenAPIParser().readLocation(CONTRACT, null, whole).getOpenAPI();

        // When
        List<String> unbounded = new ArrayList<>();
        resolved.getPaths().values().stream().flatMap(item -> item.readOperations().stream()).forEach(operation -> {
            String id = operation.getOperationId();
            if (operation.getParameters() != null) {
                operation.getParameters().forEach(one -> look(id + " " + one.getName(), one.getSchema(), unbounded));
            }
            if (operation.getRequestBody() != null) {
                operation.getRequestBody().getContent().values().forEach(one -> look(id, one.getSchema(), unbounded));
            }
        });

        // Then
        assertThat(unbounded).isEmpty();
    }

    private static void look(String where, Schema<?> schema, List<String> unbounded) {
        if (schema.getOneOf() != null) {
            schema.getOneOf().forEach(one -> look(where, one, unbounded));
            return;
        }
        boolean bounded = switch (schema.getType()) {
            case "string" -> schema.getEnum() != null || "uuid".equals(schema.getFormat())
                    || schema.getMaxLength() != null && schema.getPattern() != null;
            case "integer", "number" -> schema.getMinimum() != null
                    && (schema.getMaximum() != null || "int64".equals(schema.getFormat()));
            case "array" -> schema.getMinItems() != null && schema.getMaxItems() != null;
            case "object" -> schema.getAdditionalProperties() != null;
            default -> true;
        };
        if (!bounded) {
            unbounded.add(where);
        }
        if (schema.getItems() != null) {
            look(where + "[]", schema.getItems(), unbounded);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> look(where + "." + name, property, unbounded));
        }
    }

    @Test
    void shouldGiveEveryOperationAnIdOfItsOwn() {
        // When
        Set<String> ids = new TreeSet<>();

        // Then
        contract.getPaths().values().stream().flatMap(item -> item.readOperations().stream()).map(Operation::getOperationId)
                .forEach(id -> assertThat(ids.add(id)).as(id).isTrue());
    }
}
