package io.payroute.platform.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.PatchFailedException;

/** The changes that docs/changes.md shows, made as it shows them. */
public final class Changes {

    private static final Pattern CHANGE = Pattern.compile("(?ms)^## (\\d+)\\. ([^\\n]+)\\n(.*?)(?=^## |\\z)");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(bash|diff)\\n(.*?)^```$");
    private static final String FOLDER = "config/";

    /** @param text with its blocks */
    public record Change(int number, String title, String text) {

        @Override
        public String toString() {
            return number + ". " + title;
        }
    }

    private Changes() {
    }

    public static List<Change> all() throws IOException {
        return CHANGE.matcher(Files.readString(Path.of("docs/changes.md"))).results()
                .map(found -> new Change(Integer.parseInt(found.group(1)), found.group(2), found.group(3))).toList();
    }

    /** Carries out the commands and applies the diffs of a change, with this folder for config. */
    public static void make(Change change, Path folder) throws Exception {
        for (var block : BLOCK.matcher(change.text()).results().toList()) {
            if (block.group(1).equals("bash")) {
                for (String command : block.group(2).lines().toList()) {
                    carryOut(command, folder);
                }
            } else {
                for (String file : block.group(2).split("(?m)^(?=--- )")) {
                    apply(file.lines().toList(), folder);
                }
            }
        }
    }

    private static void carryOut(String command, Path folder) throws IOException {
        String[] words = command.split(" ");
        if (command.matches("cp -r \\S+/\\. config/")) {
            Path from = Path.of(words[2]).normalize();
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = folder.resolve(from.relativize(file));
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            }
            return;
        }
        if (!command.startsWith("./payroute export ")) {
            throw new IllegalArgumentException(command);
        }
        StringWriter said = new StringWriter();
        int code = Payroute.line().setOut(new PrintWriter(said)).setErr(new PrintWriter(said))
                .execute("export", words[2], "--to", folder.toString());
        if (code != 0) {
            throw new IllegalStateException(said.toString());
        }
    }

    /** A new file is appended to one that another change has made. */
    private static void apply(List<String> diff, Path folder) throws IOException, PatchFailedException {
        Path file = folder.resolve(diff.get(1).substring(("+++ " + FOLDER).length()));
        Files.createDirectories(file.getParent());
        if (diff.get(0).equals("--- /dev/null")) {
            Files.write(file, diff.stream().skip(3).map(line -> line.substring(1)).toList(), StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } else {
            Files.write(file, UnifiedDiffUtils.parseUnifiedDiff(diff).applyTo(Files.readAllLines(file)));
        }
    }
}
