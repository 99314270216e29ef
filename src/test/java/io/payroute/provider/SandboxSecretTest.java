package io.payroute.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SandboxSecretTest {

    @TempDir
    Path folder;

    @Test
    void shouldKeepItsSecretInEmbeddedModeForItsOwnerAlone() throws IOException {
        // Given
        Path file = folder.resolve("data/sandbox-secret");

        // When
        List<String> first = new SandboxSecret(Optional.empty(), "embedded", file).all();

        // Then
        assertThat(first).singleElement().asString().hasSize(64);
        assertThat(new SandboxSecret(Optional.empty(), "embedded", file).all()).isEqualTo(first);
        assertThat(Files.readString(file)).isEqualTo(first.get(0));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(Files.list(file.getParent())).containsExactly(file);
    }

    @Test
    void shouldWriteNoFileInExternalMode() {
        // Given
        Path file = folder.resolve("sandbox-secret");

        // When
        List<String> secret = new SandboxSecret(Optional.empty(), "external", file).all();

        // Then
        assertThat(secret).singleElement().asString().hasSize(64);
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldPreferWhatIsConfigured() {
        // Given
        Path file = folder.resolve("sandbox-secret");

        // When
        List<String> secrets = new SandboxSecret(Optional.of(List.of("new", "old")), "embedded", file).all();

        // Then
        assertThat(secrets).containsExactly("new", "old");
        assertThat(file).doesNotExist();
    }
}
