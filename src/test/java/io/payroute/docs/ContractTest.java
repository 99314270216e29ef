package io.payroute.docs;

import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.parser.core.models.SwaggerParseResult;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds openapi.yaml to the routes, and the routes to it. That answers are as it says is tested by ContractIT. */
class ContractTest {

    private final SwaggerParseResult parsed = new OpenAPIParser()
            .readLocation("src/main/resources/META-INF/resources/openapi.yaml", null, null);
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

    @Test
    void shouldAnswerEveryRefusalInOneShape() {
        contract.getComponents().getResponses().forEach((name, answer) -> {
            // Then
            assertThat(answer.getContent()).as(name).containsOnlyKeys("application/problem+json");
            assertThat(answer.getContent().get("application/problem+json").getSchema().get$ref()).as(name)
                    .isEqualTo("#/components/schemas/Problem");
        });
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
