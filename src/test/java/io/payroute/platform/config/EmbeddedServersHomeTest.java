package io.payroute.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class EmbeddedServersHomeTest {

    private static final Instant PACKAGED = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    private Path home;
    private Path compiled;

    @BeforeEach
    void build() throws IOException {
        Files.createDirectories(home.resolve("embedded"));
        Files.writeString(home.resolve("embedded/classpath"), "lib.jar");
        compiled = Files.createDirectories(home.resolve("classes/io/payroute/embedded")).resolve("EmbeddedServers.class");
        at(home.resolve("embedded/servers.jar"), PACKAGED);
    }

    @Test
    void shouldRunWhatWasPackaged() throws IOException {
        // Given
        at(compiled, PACKAGED.minusSeconds(1));

        // When
        String classPath = EmbeddedServersHome.requireClassPath(home.toString());

        // Then
        assertThat(classPath).startsWith(home.resolve("embedded/servers.jar").toString());
    }

    @Test
    void shouldRunWhatWasCompiledSince() throws IOException {
        // Given
        at(compiled, PACKAGED.plusSeconds(1));

        // When
        String classPath = EmbeddedServersHome.requireClassPath(home.toString());

        // Then
        assertThat(classPath).startsWith(home.resolve("classes").toString());
    }

    private static void at(Path file, Instant time) throws IOException {
        Files.writeString(file, "");
        Files.setLastModifiedTime(file, FileTime.from(time));
    }
}
