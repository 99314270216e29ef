package io.payroute.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TryDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.inventory.InventoryBeans;
import io.payroute.notification.NotificationBeans;
import io.payroute.order.OrderBeans;
import io.payroute.payment.PaymentQueues;
import io.payroute.platform.Defaults;
import io.payroute.platform.Roles;
import io.payroute.platform.route.QueueSteps;
import io.payroute.platform.route.RouteRules;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;

/** What every packaged route file must keep. The application checks the rules at start too, for the routes that are on. */
class RoutesTest {

    private static final List<QueueSteps> STEPS = List.of(PaymentQueues.STEPS, NotificationBeans.STEPS,
            InventoryBeans.STEPS, OrderBeans.STEPS);

    private static final Path FOLDER = Path.of("src/main/resources/routes");

    private static final Pattern ID = Pattern.compile("(?m)^ +id: (\\S+)$");
    private static final Pattern BEGINS = Pattern.compile("from:\\s+uri: direct:(\\S+)");
    private static final Pattern SENDS = Pattern.compile("direct:(\\S+)");

    private final DefaultCamelContext context = Routes.context();

    @BeforeEach
    void load() throws Exception {
        Roles.ALL.forEach(role -> context.getPropertiesComponent().addOverrideProperty("role." + role, "true"));
        context.getPropertiesComponent().addOverrideProperty("bench.noop", "true");
        Routes.load(context, files().stream().map(file -> FOLDER.relativize(file).toString()).toArray(String[]::new));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldKeepTheRules() {
        // When
        List<String> broken = RouteRules.broken(routes(), Roles.ALL, configurations(), STEPS);

        // Then
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"payment-charge", "payment-operation"})
    void shouldLetNothingButAProviderBeCalledWhereAFailureMeansNotCharged(String route) {
        // Given
        ProcessorDefinitionHelper.filterTypeInOutputs(context.getRouteDefinition(route).getOutputs(), TryDefinition.class)
                .iterator().next().addOutput(new LogDefinition("beside the call"));

        // When
        List<String> broken = RouteRules.broken(routes(), Roles.ALL, configurations(), STEPS);

        // Then
        assertThat(broken).singleElement().asString().contains(route, "providerFailure.outcome");
    }

    /** Otherwise a process with both roles does not start. */
    @Test
    void shouldHaveNoIdOfAStepTwice() throws Exception {
        // Given
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();

        // When
        for (Path file : files()) {
            Matcher id = ID.matcher(Files.readString(file));
            while (id.find()) {
                if (!seen.add(id.group(1))) {
                    twice.add(id.group(1) + " in " + file);
                }
            }
        }

        // Then
        assertThat(seen).hasSizeGreaterThan(300);
        assertThat(twice).isEmpty();
    }

    @Test
    void shouldLoadEveryRouteThatIsWritten() throws Exception {
        // When
        long written = 0;
        for (Path file : files()) {
            written += Files.readAllLines(file).stream().filter(line -> line.matches("- route:\\s*")).count();
        }

        // Then
        assertThat(routes()).hasSize((int) written);
    }

    /** Otherwise a picture of the files would not show where its work comes from. */
    @Test
    void shouldHaveACallerInAFileForEveryRouteThatIsCalled() throws Exception {
        // Given
        Set<String> called = new HashSet<>();
        Set<String> calls = new HashSet<>();
        for (Path file : files()) {
            String text = Files.readString(file).replaceAll("(?m)^\\s*#.*$", "");
            Matcher begins = BEGINS.matcher(text);
            while (begins.find()) {
                called.add(begins.group(1));
            }
            Matcher sends = SENDS.matcher(begins.replaceAll(""));
            while (sends.find()) {
                calls.add(sends.group(1).replaceAll("\\$\\{[^}]+}", "[^-]+"));
            }
        }

        // When
        List<String> uncalled = called.stream().filter(route -> calls.stream().noneMatch(route::matches)).toList();

        // Then
        assertThat(called).hasSizeGreaterThan(10);
        assertThat(uncalled).isEmpty();
    }

    @Test
    void shouldStandInAFolderThatThePackagedApplicationLoads() throws Exception {
        // Given
        String pattern = Defaults.packaged().all().getProperty("camel.main.routes-include-pattern");

        // When
        Set<String> folders = new HashSet<>();
        files().forEach(file -> folders.add(FOLDER.relativize(file.getParent()).toString()));

        // Then
        assertThat(folders).allSatisfy(folder -> assertThat(pattern).contains("classpath:routes/" + folder + "/*.camel.yaml"));
    }

    @Test
    void shouldCarryNoSecretClassNameOrScript() throws Exception {
        // When
        List<String> suspicious = new ArrayList<>();
        for (Path file : files()) {
            Files.readAllLines(file).stream().filter(line -> line.matches(
                    "(?i).*(io\\.payroute\\.|password:|secret:|groovy|javascript|beanType:|java:\\s|method:.*\\().*"))
                    .forEach(line -> suspicious.add(file + ": " + line.strip()));
        }

        // Then
        assertThat(suspicious).isEmpty();
    }

    @Test
    void shouldSayOnTopWhatHappensOnFailure() throws Exception {
        // When
        List<Path> silent = new ArrayList<>();
        for (Path file : files()) {
            if (!Files.readString(file).startsWith("# ")) {
                silent.add(file);
            }
        }

        // Then
        assertThat(silent).isEmpty();
    }

    private List<RouteDefinition> routes() {
        return ((ModelCamelContext) context).getRouteDefinitions();
    }

    private List<String> configurations() {
        return ((ModelCamelContext) context).getRouteConfigurationDefinitions().stream()
                .map(RouteConfigurationDefinition::getId).toList();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }
}
