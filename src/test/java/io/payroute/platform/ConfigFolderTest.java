package io.payroute.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigFolderTest {

    @TempDir
    private Path here;
    private Path standard;

    @BeforeEach
    void keys() throws IOException {
        standard = Files.createDirectory(here.resolve("config"));
        Files.writeString(standard.resolve("application.properties"), "a=b");
    }

    @Test
    void shouldFindKeysThatCountBesideThoseOfTheFolderThatIsNamed() throws IOException {
        // Given
        ConfigFolder named = ConfigFolder.at(Files.createDirectory(here.resolve("named")));

        // When
        var stray = named.strayKeys(ConfigFolder.at(standard));

        // Then
        assertThat(stray).contains(standard.resolve("application.properties"));
    }

    @Test
    void shouldKnowTheSameFolderByAnotherName() throws IOException {
        // Given
        ConfigFolder named = ConfigFolder.at(Files.createSymbolicLink(here.resolve("current"), here).resolve("config"));

        // When
        var stray = named.strayKeys(ConfigFolder.at(standard));

        // Then
        assertThat(stray).isEmpty();
    }
}
