package io.payroute.it;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The script, in the project and beside the package: it finds the package, whatever folder it is called from. */
@Timeout(120)
class LauncherIT {

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private record Ended(int code, String said) {
    }

    @ParameterizedTest
    @ValueSource(strings = {"payroute", "target/quarkus-app/payroute"})
    void shouldCheckThePackagedFiles(String script) throws Exception {
        // When
        Ended ended = run(PROJECT.resolve("target"), script, "check");

        // Then
        assertThat(ended.said()).isEqualTo("All is well: the packaged files; there is no folder.\n");
        assertThat(ended.code()).isZero();
    }

    @Test
    void shouldEndWithOneForFindingsAndWithTwoForAWrongCall() throws Exception {
        assertThat(run(PROJECT, "payroute", "check", "src/test/resources/broken").code()).isEqualTo(1);
        assertThat(run(PROJECT, "payroute", "chek").code()).isEqualTo(2);
        assertThat(run(PROJECT, "payroute").code()).isEqualTo(2);
    }

    @Test
    void shouldExplainRunAndNotStart() throws Exception {
        // When
        Ended ended = run(PROJECT, "payroute", "run", "--help");

        // Then
        assertThat(ended.said()).startsWith("Usage: payroute run").doesNotContain("Starting");
        assertThat(ended.code()).isZero();
    }

    /** The application itself refuses this key, so it got there, with the options of the JVM. */
    @Test
    void shouldRunTheApplicationWithOptionsOfTheJvm() throws Exception {
        // When
        Ended ended = run(PROJECT.resolve("target"), "payroute", "run", "-Dpayroute.config=/not/there");

        // Then
        assertThat(ended.said()).contains("payroute.config (PAYROUTE_CONFIG) names no folder that is there");
        assertThat(ended.code()).isNotZero();
    }

    /** A JVM that does not know this flag prints none, and starts all the same. */
    @Test
    void shouldGiveFreedMemoryBackWhereTheJvmCan() throws Exception {
        // When
        Ended ended = run(PROJECT, "payroute", "run", "-XX:+PrintFlagsFinal", "-Dpayroute.config=/not/there");

        // Then
        assertThat(ended.said()).contains("MaxHeapSize");
        assertThat(ended.said().lines().filter(line -> line.contains(" TrimNativeHeapInterval "))).allMatch(
                line -> line.contains("= 10000"));
    }

    private static Ended run(Path from, String script, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(PROJECT.resolve(script).toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said);
    }
}
