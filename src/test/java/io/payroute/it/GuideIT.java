package io.payroute.it;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The guide of the README, run as it stands: a shell gets its blocks, with this application's ports, and must answer as the page
 * says, by every HTTP status, state and type of problem that it shows.
 */
@Timeout(400)
class GuideIT {

    private static final Pattern GUIDE = Pattern.compile("(?ms)^## Guide$.*?(?=^## )");
    /** A block to be pasted, and what the page shows of its output: the next block, unless that is to be pasted too. */
    private static final Pattern STEP = Pattern
            .compile("(?ms)^```bash\\n(.*?)^```$((?:(?!^```).)*?^```(?:json)?\\n(.*?)^```$)?");
    private static final Pattern LANDMARK = Pattern
            .compile("(?<! )HTTP/1\\.1 \\d+|\"status\":(?:\"\\w+\"|\\d+)|\"type\":\"/problems/[a-z-]+\"");
    private static final String END = "=== end of step ";

    private final Application application = Application.shared();

    @Test
    void shouldAnswerEveryStepAsThePageSays() throws Exception {
        // Given
        assumeTrue(Stream.of("bash", "curl", "openssl").allMatch(GuideIT::isInstalled), "needs bash, curl and openssl");
        Matcher guide = GUIDE.matcher(Files.readString(Path.of("README.md")));
        assertThat(guide.find()).isTrue();
        List<MatchResult> steps = STEP.matcher(guide.group()).results().toList();

        // When
        List<String> outputs = run(steps.stream().map(step -> step.group(1)).toList());

        // Then
        assertThat(steps).hasSizeGreaterThan(20);
        assertThat(outputs).hasSize(steps.size());
        for (int step = 0; step < steps.size(); step++) {
            String shown = steps.get(step).group(3);
            if (shown != null && !landmarks(shown).isEmpty()) {
                assertThat(landmarks(outputs.get(step))).as(steps.get(step).group(1) + "\n" + outputs.get(step))
                        .containsSubsequence(landmarks(shown));
            }
        }
    }

    private List<String> run(List<String> blocks) throws Exception {
        StringBuilder script = new StringBuilder();
        for (int step = 0; step < blocks.size(); step++) {
            script.append(application.asStarted(blocks.get(step))).append("sleep 1; echo; echo '" + END + step + "'\n");
        }
        Path output = Path.of("target/guide.log");
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script.toString()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().merge("PATH", System.getProperty("java.home") + "/bin", (path, jdk) -> jdk + ":" + path);
        Process process = shell.start();
        try {
            assertThat(process.waitFor(360, TimeUnit.SECONDS)).as("see " + output).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        List<String> outputs = new ArrayList<>(List.of(Files.readString(output).split(END + "\\d+\\n")));
        outputs.removeIf(String::isEmpty);
        return outputs;
    }

    private static List<String> landmarks(String text) {
        return LANDMARK.matcher(text).results().map(MatchResult::group).toList();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
