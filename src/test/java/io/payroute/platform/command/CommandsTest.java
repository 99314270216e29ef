package io.payroute.platform.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** The commands as they are typed, without the script. */
class CommandsTest {

    private static final String FOLDER = "src/test/resources/folder";
    private static final String BROKEN = "src/test/resources/broken";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path empty;

    @Test
    void shouldFindNothingInWhatIsPackaged() {
        // When
        int code = type("check", empty.toString());

        // Then
        assertThat(out.toString()).startsWith("All is well");
        assertThat(code).isZero();
    }

    @Test
    void shouldFindNothingInAFolderThatIsRight() {
        // When
        int code = type("check", FOLDER);

        // Then
        assertThat(out.toString()).startsWith("All is well");
        assertThat(code).isZero();
    }

    /** The golden test of the check: what it says of each broken file, and nothing else. */
    @Test
    void shouldSayWhatIsWrongInEachBrokenFileAndWhatWasMeant() throws Exception {
        // Given
        Path expected = Path.of(BROKEN + ".txt");

        // When
        int code = type("check", BROKEN);

        // Then
        String said = out.toString().replaceAll("(?m)^\\d+ findings in .*\n", "");
        assertThat(said).isEqualTo(Files.readString(expected));
        assertThat(code).isEqualTo(1);
        try (var files = Files.walk(Path.of(BROKEN))) {
            assertThat(files.filter(Files::isRegularFile)).hasSizeGreaterThanOrEqualTo(30)
                    .allSatisfy(file -> assertThat(said).contains(file + ":"));
        }
    }

    @Test
    void shouldListWhatTheFolderReplacesAndAdds() {
        // When
        int code = type("list", "--changed", FOLDER);

        // Then
        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " "))).contains(
                "replaced route shared-health " + FOLDER + "/routes/health.camel.yaml",
                "added route payment-hello " + FOLDER + "/routes/more/hello.camel.yaml",
                "replaced kamelet sms-sink " + FOLDER + "/kamelets/sms-sink.kamelet.yaml",
                "added kamelet greeting " + FOLDER + "/kamelets/greeting.kamelet.yaml",
                "replaced template payment-completed.txt " + FOLDER + "/templates/mail/payment-completed.txt",
                "replaced file provider-rules.yaml " + FOLDER + "/provider-rules.yaml",
                "replaced key payroute.http.max-body-size application.properties")
                .noneMatch(line -> line.startsWith("packaged"));
        assertThat(code).isZero();
    }

    @Test
    void shouldListEverythingThatIsPackaged() {
        // When
        int code = type("list", empty.toString());

        // Then
        assertThat(out.toString().lines()).hasSizeGreaterThan(60).allMatch(line -> line.startsWith("packaged"));
        assertThat(code).isZero();
    }

    @Test
    void shouldShowHowTheFolderDiffers() {
        // When
        int code = type("diff", FOLDER);

        // Then
        assertThat(out.toString()).contains("--- routes/shared/health.camel.yaml (shared-health)",
                "-    description: Answers GET /health.",
                "+    description: Answers GET /health in place of the packaged route of this id.",
                "+payroute.http.max-body-size=2K");
        assertThat(code).isZero();
    }

    @Test
    void shouldEndWithOneWhenThereAreDifferencesAndThatWasAsked() {
        // When
        int different = type("diff", "--exit-code", FOLDER);

        // Then
        assertThat(different).isEqualTo(1);
        assertThat(type("diff", "--exit-code", empty.toString())).isZero();
    }

    @Test
    void shouldExportWhatChangesNothing() throws Exception {
        // When
        int code = type("export", "payment-charge", "kafka-step", "sms-sink", "payment-failed.html", "provider-rules.yaml",
                "--to",
                empty.toString());

        // Then
        assertThat(code).isZero();
        assertThat(Files.readString(empty.resolve("routes/payment-charge.camel.yaml"))).startsWith("# Due charges")
                .contains("AFTER CHARGING");
        assertThat(type("check", empty.toString())).isZero();
        out.getBuffer().setLength(0);
        type("diff", empty.toString());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldOverwriteNothingUnlessTold() {
        // Given
        type("export", "sms-sink", "--to", empty.toString());

        // When
        int again = type("export", "sms-sink", "--to", empty.toString());

        // Then
        assertThat(again).isEqualTo(1);
        assertThat(out.toString()).contains("--force");
        assertThat(type("export", "--force", "sms-sink", "--to", empty.toString())).isZero();
    }

    @Test
    void shouldDrawThePipelineWithTheFolder() throws Exception {
        // Given
        Path svg = empty.resolve("pipeline.svg");

        // When
        int code = type("picture", FOLDER, "-o", svg.toString());

        // Then
        assertThat(code).isZero();
        assertThat(Files.readString(svg)).startsWith("<svg").contains("payment-hello", "payment-charge");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "chek", "check /not/there", "export", "export payment-charg", "list --chnged", "run"})
    void shouldEndWithTwoWhenItIsCalledWrongly(String words) {
        // When
        int code = type(words.isEmpty() ? new String[0] : words.split(" "));

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "check", "list", "diff", "export", "picture", "dry-run"})
    void shouldExplainItself(String command) {
        // When
        int code = type((command + " --help").strip().split(" "));

        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).startsWith("Usage: payroute " + command);
    }

    private int type(String... words) {
        CommandLine line = Payroute.line();
        return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(words);
    }
}
