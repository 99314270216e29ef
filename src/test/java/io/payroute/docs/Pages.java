package io.payroute.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages that a reader gets, taken apart: prose, code in lines, code in blocks, tables. */
final class Pages {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```$");
    private static final Pattern SHELL = Pattern.compile("(?ms)^```bash\\n(.*?)^```$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern HEADING = Pattern.compile("(?m)^##+ (.*)$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

    /** The pages that a reader comes to first; the decisions in adr/ are further in. */
    static final List<String> MAIN = Stream.concat(Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"),
            files("docs", ".md").stream().map(Path::toString)).toList();

    private final String text;

    private Pages(String text) {
        this.text = text;
    }

    static Pages of(String... files) {
        return new Pages(Stream.of(files).map(file -> read(Path.of(file))).collect(Collectors.joining("\n")));
    }

    static Pages all() {
        return of(Stream.concat(MAIN.stream(), files("adr", ".md").stream().map(Path::toString)).toArray(String[]::new));
    }

    String text() {
        return text;
    }

    /** The contents of the fenced blocks. */
    List<String> blocks() {
        return BLOCK.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** The blocks that a reader shall paste into a terminal. */
    List<String> shell() {
        return find(SHELL, text);
    }

    /** What stands in backticks, outside the blocks. */
    List<String> code() {
        return find(CODE, prose());
    }

    /** The anchors of the headings, as a browser goes to them. */
    List<String> anchors() {
        return find(HEADING, BLOCK.matcher(text).replaceAll("")).stream()
                .map(title -> "#" + title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-')).toList();
    }

    List<String> links() {
        return find(LINK, prose());
    }

    /** The rows below the table head that starts with this cell, each as its cells. */
    List<List<String>> rows(String firstHead) {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : prose().split("\n")) {
            if (!line.startsWith("|")) {
                inside = false;
            } else if (line.startsWith("| " + firstHead + " |")) {
                inside = true;
            } else if (inside && !line.startsWith("|---")) {
                rows.add(Stream.of(line.substring(1).split("\\|")).map(String::strip).toList());
            }
        }
        return rows;
    }

    static List<String> codeIn(String cell) {
        return find(CODE, cell);
    }

    static List<String> find(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of a folder, at any depth, whose name ends so. */
    static List<Path> files(String folder, String end) {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String prose() {
        return BLOCK.matcher(text).replaceAll("");
    }
}
