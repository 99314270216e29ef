package io.payroute.it;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The pages docs/guide.md and docs/shop.md, run as they stand: a shell gets its blocks, with this application's ports, and must answer as the page
 * says, by every HTTP status, code, state and type of problem that it shows. Where the page pauses it asks until it is shown what the
 * page shows, and so it does with whatever only reads; all else is done once.
 */
@Timeout(400)
class GuideIT {

    /** A block to be pasted, and what the page shows of its output: the next block, unless that is to be pasted too. */
    private static final Pattern STEP = Pattern
            .compile("(?ms)^```bash\\n(.*?)^```$((?:(?!^```).)*?^```(?:json)?\\n(.*?)^```$)?");
    private static final Pattern LANDMARK = Pattern
            .compile(
                    "(?m)(?<! )HTTP/1\\.1 \\d+|\"status\":(?:\"\\w+\"|\\d+)|\"code\":\\d+|\"type\":\"/problems/[a-z-]+\"|^[a-z_]+$");
    private static final Pattern PAUSE = Pattern.compile("(?m)^sleep [123](?:; |\\n)");
    private static final Pattern WRITES = Pattern.compile(" -d | -X |<<|\\$!|kill");
    private static final Pattern REQUEST = Pattern.compile("curl .*?localhost");
    private static final String END = "=== end";

    private final Application application = Application.shared();

    private record Step(String block, String shown) {
        Step(MatchResult found) {
            this(found.group(1), found.group(3) == null ? "" : found.group(3));
        }

        boolean isAsShown(String output) {
            return landmarks(output).containsAll(landmarks(shown));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/guide.md", "docs/shop.md"})
    void shouldAnswerEveryStepAsThePageSays(String page) throws Exception {
        // Given
        assumeTrue(Stream.of("bash", "curl", "openssl").allMatch(GuideIT::isInstalled), "needs bash, curl and openssl");
        List<Step> steps = STEP.matcher(Files.readString(Path.of(page))).results().map(Step::new).toList();

        // When
        List<String> outputs = run(steps);

        // Then
        assertThat(steps).hasSizeGreaterThan(15);
        assertThat(outputs).hasSize(steps.size());
        for (int step = 0; step < steps.size(); step++) {
            assertThat(landmarks(outputs.get(step))).as(steps.get(step).block() + "\n" + outputs.get(step))
                    .containsSubsequence(landmarks(steps.get(step).shown()));
        }
    }

    private List<String> run(List<Step> steps) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash").redirectErrorStream(true);
        builder.environment().merge("PATH", System.getProperty("java.home") + "/bin", (path, jdk) -> jdk + ":" + path);
        Process shell = builder.start();
        List<String> outputs = new ArrayList<>();
        try (Writer in = shell.outputWriter(); BufferedReader out = shell.inputReader()) {
            for (Step step : steps) {
                String[] parts = (WRITES.matcher(step.block()).find() ? "" : "sleep 1\n").concat(step.block())
                        .split(PAUSE.pattern(), 2);
                String before = output(parts[0], in, out);
                outputs.add(parts.length == 1
                        ? before
                        : before + await().atMost(Application.PATIENCE)
                                .pollDelay(Duration.ZERO)
                                .until(() -> output(parts[1], in, out), after -> step.isAsShown(before + after)));
            }
        } finally {
            shell.descendants().forEach(ProcessHandle::destroy);
            shell.destroy();
        }
        return outputs;
    }

    /** The pause at the end keeps to ten requests a second, which is each user's share. */
    private String output(String commands, Writer in, BufferedReader out) throws IOException {
        in.write("{\n:\n" + application.asStarted(commands) + "\n} < /dev/null; sleep "
                + REQUEST.matcher(commands).results().count() / 10.0 + "; echo; echo '" + END + "'\n");
        in.flush();
        StringBuilder output = new StringBuilder();
        for (String line = out.readLine(); !END.equals(line); line = out.readLine()) {
            assertThat(line).as("the shell ended:\n" + output).isNotNull();
            output.append(line).append('\n');
        }
        return output.toString();
    }

    private static List<String> landmarks(String text) {
        return LANDMARK.matcher(text).results().map(MatchResult::group).toList();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
