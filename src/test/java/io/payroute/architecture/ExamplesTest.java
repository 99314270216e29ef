package io.payroute.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.platform.Roles;
import io.payroute.platform.route.RouteRules;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples keep the rules of the packaged routes, and are files that a team edits. */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples/providers");

    static List<Path> routes() throws IOException {
        return files().stream().filter(file -> file.toString().endsWith(".camel.yaml")).toList();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void shouldBeConfigurationAlone() throws Exception {
        // When
        List<Path> files = files();

        // Then
        assertThat(files).isNotEmpty().allMatch(file -> file.toString().matches(".*\\.(camel\\.yaml|yaml|properties|md)"));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void shouldKeepTheRules(Path file) throws Exception {
        // Given
        DefaultCamelContext context = Routes.context();
        context.getPropertiesComponent().addOverrideProperty("role.payment", "true");
        Routes.load(context, "shared/error-handling.camel.yaml");
        PluginHelper.getRoutesLoader(context).loadRoutes(
                PluginHelper.getResourceLoader(context).resolveResource("file:" + file.toAbsolutePath()));

        // When
        List<String> broken = RouteRules.broken(context.getRouteDefinitions(), Roles.ALL, context
                .getRouteConfigurationDefinitions().stream().map(RouteConfigurationDefinition::getId).toList(), List.of());

        // Then
        assertThat(broken).isEmpty();
        assertThat(context.getRouteDefinitions()).isNotEmpty().allMatch(route -> route.getId().startsWith("provider-"));
    }
}
