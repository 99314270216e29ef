package io.payroute.it;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each broken file of the golden folder alone in a team's folder: what is refused by the check is refused by a reload and at a start, too,
 * with file and line, and what runs goes on. A start is tried with a few; all are with {@code -Dbroken.files=all}.
 */
@Timeout(900)
class BrokenFilesIT {

    private static final Path BROKEN = Path.of("src/test/resources/broken");
    private static final List<String> SAMPLE = List.of("application.properties", "provider-rules.yaml",
            "templates/mail/payment-failed.txt", "kamelets/32-greeting.kamelet.yaml", "routes/01-indentation.camel.yaml",
            "routes/27-settle-left-out.camel.yaml");
    private static Path folder;
    private static Application application;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory(Path.of("target"), "broken");
        application = Application.of("broken", "-Dpayroute.config=" + folder);
    }

    @AfterAll
    static void stop() {
        application.stop();
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(BROKEN)) {
            return files.filter(Files::isRegularFile).map(BROKEN::relativize).sorted().toList();
        }
    }

    static List<Path> started() throws IOException {
        return "all".equals(System.getProperty("broken.files")) ? files() : SAMPLE.stream().map(Path::of).toList();
    }

    @Test
    void shouldRefuseEachAtAReloadAndGoOn() throws Exception {
        for (Path file : files()) {
            // Given
            Path broken = put(folder, file);

            // When
            HttpResponse<String> answer = reload();

            // Then
            assertThat(answer.statusCode()).as(file + ": " + answer.body()).isEqualTo(422);
            assertThat(answer.body()).containsPattern(place(file));
            String payment = application.accepted("{\"userId\":\"user-1\",\"amount\":5,\"method\":\"card\"}");
            application.awaitStatus(payment, "completed");
            Files.delete(broken);
        }
        assertThat(reload().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("started")
    void shouldRefuseItAtAStart(Path file) throws Exception {
        // Given
        Path alone = Files.createTempDirectory(Path.of("target"), "broken-start");
        put(alone, file);

        // When
        String log = Application.configured("broken-start", "-Dpayroute.config=" + alone).refusal();

        // Then
        assertThat(log).contains("nothing was started").containsPattern(place(file));
    }

    /** The file and a line of it. */
    private static String place(Path file) {
        return Pattern.quote(file.toString()) + ":[0-9]+";
    }

    private static Path put(Path folder, Path file) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        return Files.copy(BROKEN.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private static HttpResponse<String> reload() throws IOException {
        return application.send(application.request("/api/v1/routes/reload").POST(BodyPublishers.noBody()));
    }
}
