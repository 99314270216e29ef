package io.payroute.platform.config;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.platform.ConfigFolder;

import static org.assertj.core.api.Assertions.assertThat;

class FolderGateTest {

    private static final String WRONG = "- route:\n    id: payment-wrong\n    from:\n      uri: direct:payment-wrong\n      steps:\n"
            + "        - too:\n            uri: log:a\n";

    @TempDir
    private Path folder;
    @TempDir
    private Path data;

    @AfterEach
    void forget() {
        System.clearProperty(FolderGate.PASSED);
    }

    @Test
    void shouldSayWhatIsWrongAtEveryStart() throws Exception {
        // Given
        write("routes/wrong.camel.yaml", WRONG);
        FolderGate.findings(ConfigFolder.at(folder), memory());

        // When
        var findings = FolderGate.findings(ConfigFolder.at(folder), memory());

        // Then
        assertThat(findings).anyMatch(line -> line.contains("wrong.camel.yaml:6: there is no step 'too', did you mean to"));
        assertThat(memory()).doesNotExist();
    }

    @Test
    void shouldCheckAFolderAgainOnceItHasChanged() throws Exception {
        // Given
        write("readme.md", "Nothing yet.");
        assertThat(FolderGate.findings(ConfigFolder.at(folder), memory())).isEmpty();
        String remembered = Files.readString(memory());
        System.clearProperty(FolderGate.PASSED);
        write("routes/wrong.camel.yaml", WRONG);

        // When
        var findings = FolderGate.findings(ConfigFolder.at(folder), memory());

        // Then
        assertThat(findings).isNotEmpty();
        assertThat(memory()).hasContent(remembered);
    }

    /** The hash alone decides: a wrong folder that is remembered would pass. */
    @Test
    void shouldNotCheckAgainWhatWasRight() throws Exception {
        // Given
        write("routes/wrong.camel.yaml", WRONG);
        Files.writeString(memory(), FolderHash.of(ConfigFolder.at(folder)));

        // When
        var findings = FolderGate.findings(ConfigFolder.at(folder), memory());

        // Then
        assertThat(findings).isEmpty();
    }

    private Path memory() {
        return data.resolve("config-folder.checked");
    }

    private void write(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
