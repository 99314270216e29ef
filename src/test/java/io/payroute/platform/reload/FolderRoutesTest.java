package io.payroute.platform.reload;

import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.platform.ConfigFolder;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;

class FolderRoutesTest {

    private static final String ROUTE = """
            - route:
                id: %s
                description: Of the folder.
                from:
                  uri: direct:%1$s
                  steps:
                    - to: log:folder
            """;

    @TempDir
    private Path folder;

    private final DefaultCamelContext context = Routes.context();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldReplaceARouteOfTheSameIdAndAddTheOthers() throws Exception {
        // Given
        Routes.load(context, "shared/error-handling.camel.yaml", "shared/health.camel.yaml");
        write("routes/health.camel.yaml", ROUTE.formatted("shared-health"));
        write("routes/deeper/still/mine.camel.yaml", ROUTE.formatted("payment-mine"));

        // When
        FolderRoutes.load(context, ConfigFolder.at(folder));

        // Then
        assertThat(context.getRouteDefinitions()).extracting(RouteDefinition::getRouteId)
                .containsExactlyInAnyOrder("shared-health", "payment-mine");
        assertThat(context.getRouteDefinition("shared-health").getDescription()).isEqualTo("Of the folder.");
    }

    @Test
    void shouldReplaceARouteConfigurationOfTheSameId() throws Exception {
        // Given
        Routes.load(context, "shared/error-handling.camel.yaml");
        int packaged = context.getRouteConfigurationDefinitions().size();
        write("routes/errors.camel.yaml", """
                - routeConfiguration:
                    id: kafka-step
                    description: Of the folder.
                    errorHandler:
                      noErrorHandler: {}
                """);

        // When
        FolderRoutes.load(context, ConfigFolder.at(folder));

        // Then
        assertThat(context.getRouteConfigurationDefinitions()).hasSize(packaged)
                .filteredOn(one -> one.getId().equals("kafka-step")).singleElement()
                .extracting(RouteConfigurationDefinition::getDescription).isEqualTo("Of the folder.");
    }

    /** As Kubernetes mounts a ConfigMap: links, and beside them a hidden folder with the files. */
    @Test
    void shouldTakeEachFileOfAMountedVolumeOnce() throws Exception {
        // Given
        write("routes/..2026/mine.camel.yaml", ROUTE.formatted("payment-mine"));
        Files.createSymbolicLink(folder.resolve("routes/..data"), Path.of("..2026"));
        Files.createSymbolicLink(folder.resolve("routes/mine.camel.yaml"), Path.of("..data/mine.camel.yaml"));

        // When
        FolderRoutes.load(context, ConfigFolder.at(folder));

        // Then
        assertThat(ConfigFolder.at(folder).routes()).containsExactly(folder.resolve("routes/mine.camel.yaml"));
        assertThat(context.getRouteDefinitions()).hasSize(1);
    }

    private void write(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
