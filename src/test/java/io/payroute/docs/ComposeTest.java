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

    @Test
    void shouldMountWhatIsThere() {
        // When
        List<String> mounted = services.values().stream().flatMap(service -> list(service, "volumes").stream())
                .map(volume -> volume.toString().split(":")[0]).filter(source -> source.startsWith("./")).toList();

        // Then
        assertThat(mounted).hasSizeGreaterThan(3).allSatisfy(source -> assertThat(Path.of(source)).exists());
    }

    @Test
    void shouldWatchTheApplicationWhereItAnswersAndWithATokenThatIsPassedOn() {
        // Given
        Map<?, ?> prometheus = yaml(Pages.read(Path.of("docker/prometheus/prometheus.yml")));
        Map<?, ?> scrape = (Map<?, ?>) list(prometheus, "scrape_configs").get(0);

        // Then
        assertThat(list(prometheus, "rule_files")).map(Object::toString)
                .allSatisfy(file -> assertThat(Path.of(file.replace("/etc/prometheus/", "docker/prometheus/"))).exists());
        assertThat(list((Map<?, ?>) list(scrape, "static_configs").get(0), "targets")).map(Object::toString)
                .containsExactly("app:" + new Product().value("quarkus.http.port"));
        assertThat(scrape.get("metrics_path")).isEqualTo("/q/metrics");
        assertThat(((Map<?, ?>) scrape.get("authorization")).get("credentials_file"))
                .isEqualTo("/run/secrets/" + list(services.get("prometheus"), "secrets").get(0));
    }

    @Test
    void shouldShowTheDashboardsOfTheMetricsThatAreCollected() {
        // Given
        String provisioning = "docker/grafana/provisioning/";
        Map<?, ?> source = (Map<?, ?>) list(yaml(Pages.read(Path.of(provisioning + "datasources/prometheus.yml"))),
                "datasources")
                .get(0);
        Map<?, ?> provider = (Map<?, ?>) list(yaml(Pages.read(Path.of(provisioning + "dashboards/payroute.yml"))), "providers")
                .get(0);

        // Then
        assertThat(source.get("url")).isEqualTo("http://prometheus:9090");
        assertThat(ports(services.get("prometheus"))).map(Object::toString).containsExactly("127.0.0.1:9090:9090");
        assertThat(list(services.get("grafana"), "volumes")).map(Object::toString)
                .contains("./docker/grafana/dashboards:" + ((Map<?, ?>) provider.get("options")).get("path") + ":ro");
    }

    private static List<?> ports(Map<String, Object> service) {
        return list(service, "ports");
    }

    private static List<?> list(Map<?, ?> map, String key) {
        return map.get(key) == null ? List.of() : (List<?>) map.get(key);
    }

    private static Map<?, ?> yaml(String text) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Map<String, Object>> services() {
        return (Map<String, Map<String, Object>>) yaml(compose).get("services");
    }
}
