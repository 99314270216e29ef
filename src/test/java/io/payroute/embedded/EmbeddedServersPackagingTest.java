package io.payroute.embedded;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EmbeddedServersPackagingTest {

    private static final Path CLASSES = Path.of("target/classes");

    @Test
    void shouldLeaveEveryClassOfTheEmbeddedServersOutOfThePackage() throws Exception {
        // Given
        List<String> classes;
        try (Stream<Path> files = Files.list(CLASSES.resolve("io/payroute/embedded"))) {
            classes = files.map(file -> CLASSES.relativize(file).toString()).toList();
        }
        Properties settings = new Properties();
        try (InputStream file = Files.newInputStream(CLASSES.resolve("application.properties"))) {
            settings.load(file);
        }

        // When
        String leftOut = settings.getProperty("quarkus.package.jar.user-configured-ignored-entries");

        // Then
        assertThat(leftOut.split(",")).containsExactlyInAnyOrderElementsOf(classes);
    }
}
