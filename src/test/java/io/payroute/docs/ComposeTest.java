package io.payroute.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the compose file to the product: it sets what the application reads, has no secret, and opens nothing to the world. */
class ComposeTest {

    private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{?(\\w+[^}\\s]*)");

    private final String compose = Pages.read(Path.of("docker-compose.yml"));
    private final Map<String, Map<String, Object>> services = services();

    @Test
    void shouldSetForTheApplicationWhatItReadsAndAllThatItNeeds() {
        // Given
        Product product = new Product();

        // When
        Map<?, ?> variables = (Map<?, ?>) services.get("app").get("environment");

        // Then
        assertThat(variables.keySet()).map(Object::toString).isSubsetOf(product.variables())
                .containsAll(product.requiredVariables()).contains("PAYROUTE_HTTP_TOKENS");
    }

    @Test
    void shouldTakeEverySecretFromAVariableThatMustBeSet() {
        // Given
        List<String> example = Pages.read(Path.of(".env.example")).lines().filter(line -> line.contains("="))
                .filter(line -> !line.startsWith("#")).toList();

        // When
        List<String> substituted = Pages.find(SUBSTITUTED, compose);

        // Then
        assertThat(substituted).isNotEmpty().allSatisfy(one -> assertThat(one).contains(":?"));
        assertThat(substituted).map(one -> one.replaceFirst(":.*", "") + "=").containsAll(example)
                .isSubsetOf(example);
        assertThat(services.values()).filteredOn(service -> service.containsKey("environment"))
                .extracting(service -> (Map<?, ?>) service.get("environment"))
                .allSatisfy(variables -> variables.forEach((name, value) -> {
                    if (name.toString().matches(".*(PASSWORD|TOKENS|SECRET|API_KEY).*") && value != null) {
                        assertThat(value.toString()).as(name.toString()).startsWith("${");
                    }
                }));
    }

    @Test
    void shouldPassOnWhatTheExampleLeavesOpen() {
        // Given
        List<String> open = Pages.find(Pattern.compile("(?m)^# ([A-Z_]+)=$"), Pages.read(Path.of(".env.example")));

        // When
        Map<?, ?> variables = (Map<?, ?>) services.get("app").get("environment");

        // Then
        assertThat(variables.entrySet().stream().filter(entry -> entry.getValue() == null)
                .map(entry -> entry.getKey().toString()).toList()).isNotEmpty().containsExactlyElementsOf(open);
    }

    @Test
    void shouldPublishOnLoopbackOnly() {
        // When
        List<?> ports = services.values().stream().flatMap(service -> ports(service).stream()).toList();

        // Then
        assertThat(ports).isNotEmpty().allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
    }

    @Test
    void shouldWaitForServersThatSayThatTheyAreHealthy() {
        // When
        Map<?, ?> awaited = (Map<?, ?>) services.get("app").get("depends_on");

        // Then
        assertThat(awaited).hasSize((int) services.values().stream().filter(one -> !one.containsKey("profiles")).count() - 1)
                .allSatisfy((name, how) -> {
                    assertThat(how).isEqualTo(Map.of("condition", "service_healthy"));
                    assertThat(services.get(name)).containsKey("healthcheck");
                });
    }

    private static List<?> ports(Map<String, Object> service) {
        return (List<?>) service.getOrDefault("ports", List.of());
    }

    @SuppressWarnings("unchecked")
    private Map<String, Map<String, Object>> services() {
        Map<String, Object> file = (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(compose);
        return (Map<String, Map<String, Object>>) file.get("services");
    }
}
