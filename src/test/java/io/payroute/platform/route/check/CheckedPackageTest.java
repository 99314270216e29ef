package io.payroute.platform.route.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.payroute.platform.ConfigFolder;

import static org.assertj.core.api.Assertions.assertThat;

/** What a start does not look at again must not be where something is wrong. */
class CheckedPackageTest {

    private static final Path BROKEN = Path.of("src/test/resources/broken");
    private static final Path PACKAGED = Path.of("src/main/resources");
    private static final CheckedPackage BUILT = RouteCheck.ofPackage();

    @TempDir
    private Path folder;

    static Stream<Path> broken() throws IOException {
        try (Stream<Path> files = Files.walk(BROKEN)) {
            // Keys are for the check of the configuration.
            return files.filter(file -> Files.isRegularFile(file) && !file.endsWith("application.properties")).sorted().toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("broken")
    void shouldNotPassABrokenFile(Path file) throws Exception {
        // Given
        write(BROKEN.relativize(file).toString(), Files.readString(file));

        // When
        boolean right = RouteCheck.isRight(ConfigFolder.at(folder), BUILT);

        // Then
        assertThat(right).isFalse();
    }

    @Test
    void shouldPassAFolderThatIsRight() {
        // When
        boolean right = RouteCheck.isRight(ConfigFolder.at(Path.of("src/test/resources/folder")), BUILT);

        // Then
        assertThat(right).isTrue();
    }

    /** Each is in order by itself. */
    static Stream<Arguments> breaksPackaged() throws IOException {
        String sink = Files.readString(PACKAGED.resolve("kamelets/sms-sink.kamelet.yaml"));
        return Stream.of(
                Arguments.of("a key that a packaged route has for a number", "application.properties",
                        "payment.operation.threads=many"),
                Arguments.of("an address that a packaged route calls", "routes/own.camel.yaml",
                        route("payment-webhook-record", "work", "direct:payment-elsewhere", "log-own")),
                Arguments.of("an address that a packaged route begins with", "routes/own.camel.yaml",
                        route("payment-own", "work", "direct:payment-accept", "log-own")),
                Arguments.of("a step's id of a packaged route", "routes/own.camel.yaml",
                        route("payment-own", "work", "direct:payment-own", "record-webhooks")),
                Arguments.of("a hook that a packaged route calls", "routes/own.camel.yaml",
                        route("payment-before-store", "work", "direct:payment-before-store", "log-own")),
                Arguments.of("the events that a packaged route publishes", "routes/own.camel.yaml",
                        route("payment-own", "work", "outbox:payment", "log-own")),
                Arguments.of("the only route that publishes", "routes/own.camel.yaml",
                        route("payment-outbox", "work", "direct:payment-own", "log-own")),
                Arguments.of("a property that a packaged route does not give", "kamelets/sms-sink.kamelet.yaml",
                        sink.replace("    type: object\n", "    type: object\n    required: [sender]\n    properties:\n"
                                + "      sender:\n        title: Sender\n        type: string\n")));
    }

    @ParameterizedTest
    @MethodSource("breaksPackaged")
    void shouldNotPassWhatBreaksAPackagedFile(String what, String file, String text) throws Exception {
        // Given
        write(file, text);
        assertThat(RouteCheck.check(ConfigFolder.at(folder), List.of())).isNotEmpty();

        // When
        boolean right = RouteCheck.isRight(ConfigFolder.at(folder), BUILT);

        // Then
        assertThat(right).as(what).isFalse();
    }

    @Test
    void shouldLookOnlyAtTheFilesInWhichTheFolderChangesSomething() throws Exception {
        // Given
        write("application.properties", "payment.operation.threads=3");

        // When
        CheckedPackage besides = BUILT.besides(ConfigFolder.at(folder));

        // Then
        assertThat(besides.files()).hasSize(BUILT.files().size() - 1);
        assertThat(RouteCheck.isRight(ConfigFolder.at(folder), BUILT)).isTrue();
    }

    @Test
    void shouldBeTheSameOnceItIsWrittenAndRead() throws Exception {
        // Given
        ObjectMapper json = new ObjectMapper();

        // When
        CheckedPackage read = json.readValue(json.writeValueAsString(BUILT), CheckedPackage.class);

        // Then
        assertThat(read).isEqualTo(BUILT);
    }

    private static String route(String id, String configuration, String from, String step) {
        return """
                - route:
                    id: %s
                    description: Of the team.
                    group: payment
                    precondition: "{{role.payment}}"
                    routeConfigurationId: %s
                    from:
                      uri: %s
                      steps:
                        - log:
                            id: %s
                            message: Here
                """.formatted(id, configuration, from, step);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
