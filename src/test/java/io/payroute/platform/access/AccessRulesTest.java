package io.payroute.platform.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.payment.PaymentAccess;
import io.payroute.toy.ToyRole;
import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.parameters.Parameter;

import static org.assertj.core.api.Assertions.assertThat;

class AccessRulesTest {

    private static final Pattern FROM = Pattern.compile("uri: [\"']?platform-http:/?([^\\s\"'?]*)(.*?)steps:", Pattern.DOTALL);
    private static final Pattern METHODS = Pattern.compile("httpMethodRestrict: [\"']?([A-Z, ]+)");

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"POST,/pay,payments:write", "POST,/pay/,payments:write", "GET,/pay,-",
            "POST,/payx,-", "POST,/process-payment,payments:write", "GET,/process-payment,payments:read",
            "POST,/api/v1/payments,payments:write", "GET,/api/v1/payments,payments:read",
            "GET,/api/v1/payments/7,payments:read", "GET,/api/v1/paymentsx,-", "POST,/api/v1/payments/7,-",
            "POST,/api/v1/payments/7/capture,refunds:write", "POST,/api/v1/payments/7/cancel,refunds:write",
            "POST,/api/v1/payments/7/refunds,refunds:write", "POST,/api/v1/payments//refunds,-",
            "POST,/api/v1/payments/7/refunds/8,-", "GET,/api/v1/payments/metrics/stats,payments:read",
            "PATCH,/api/v1/webhook-endpoints/7,webhooks:manage", "POST,/api/v1/api-keys,keys:manage",
            "GET,/api/v1/provider-events,operate", "POST,/api/v1/reconciliations,operate", "GET,/q/metrics,operate",
            "POST,/q/metrics,-", "GET,/hawtio,operate", "POST,/hawtio/jolokia,operate",
            "GET,/hawtio/user,operate", "GET,/ops,operate", "GET,/ops/payments/7,operate",
            "POST,/ops/anything/below,operate", "GET,/opsx,-"})
    void shouldSayWhatAPathNeeds(String method, String path, String scope) {
        // When
        AccessRule rule = TestEdge.RULES.listed(method, path);

        // Then
        assertThat(rule == null ? null : rule.scope().word()).isEqualTo(scope);
        assertThat(TestEdge.RULES.of(method, path).scope())
                .isEqualTo(scope == null ? Scope.OPERATE : TestEdge.SCOPES.ofWord(scope));
    }

    @Test
    void shouldOpenAPathByTheRoleThatHasIt() {
        // When
        AccessRules rules = new AccessRules(Stream.of(PaymentAccess.RULES, ToyRole.ACCESS));

        // Then
        assertThat(rules.of("POST", "/api/v1/greetings").scope()).isEqualTo(ToyRole.GREET);
        assertThat(TestEdge.RULES.of("POST", "/api/v1/greetings").scope()).isEqualTo(Scope.OPERATE);
    }

    @Test
    void shouldKnowThePathOfEveryRoute() throws IOException {
        // When
        List<String> forgotten = new ArrayList<>();
        int seen = 0;
        for (Path file : files()) {
            Matcher from = FROM.matcher(Files.readString(file));
            while (from.find()) {
                String path = '/' + from.group(1).replaceAll("\\{[^}]*}", "x");
                for (String method : methods(from.group(2))) {
                    seen++;
                    if (TestEdge.RULES.listed(method, path) == null) {
                        forgotten.add(method + " " + path + " in " + file);
                    }
                }
            }
        }

        // Then
        assertThat(forgotten).as("add a row to the role's RoleAccess for these, and say what it needs").isEmpty();
        assertThat(seen).isGreaterThan(8);
    }

    /** A parameter that the contract, the table or the route does not know would be refused, or left out in silence. */
    @Test
    void shouldKnowTheQueryParametersOfTheContractAndItsRoutes() throws IOException {
        OpenAPI contract = new OpenAPIParser()
                .readLocation("src/main/resources/META-INF/resources/openapi.yaml", null, null).getOpenAPI();
        String routes = files().stream().map(AccessRulesTest::read).collect(Collectors.joining("\n"));
        contract.getPaths().forEach((path, item) -> item.readOperationsMap().forEach((method, operation) -> {
            // When
            Set<String> parameters = operation.getParameters() == null
                    ? Set.of()
                    : operation.getParameters().stream().filter(parameter -> "query".equals(parameter.getIn()))
                            .map(Parameter::getName).collect(Collectors.toSet());
            AccessRule rule = TestEdge.RULES.of(method.name(), path.replaceAll("\\{[^}]*}", "x"));

            // Then
            if (rule.parameters() != null) {
                assertThat(rule.parameters()).as(method + " " + path).isEqualTo(parameters);
            }
            if (parameters.isEmpty()) {
                return;
            }
            Matcher route = Pattern.compile("platform-http:" + Pattern.quote(path) + "\\s+parameters:\\s+httpMethodRestrict: "
                    + method + "\\s[\\s\\S]*?excludePattern: (\\S+)").matcher(routes);
            assertThat(route.find()).as(method + " " + path).isTrue();
            assertThat(route.group(1).split("\\|")).as(method + " " + path).contains(parameters.toArray(String[]::new));
        }));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> methods(String parameters) {
        List<String> methods = METHODS.matcher(parameters).results().map((MatchResult match) -> match.group(1))
                .flatMap(list -> Stream.of(list.trim().split("\\s*,\\s*"))).toList();
        return methods.isEmpty() ? List.of("GET", "POST", "PUT", "PATCH", "DELETE") : methods;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }
}
