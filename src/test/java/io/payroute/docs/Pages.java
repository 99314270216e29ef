package io.payroute.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages that a reader gets, taken apart: prose, code in lines, code in blocks, tables. */
final class Pages {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

    private final String text;

    private Pages(String text) {
        this.text = text;
    }

    static Pages of(String file) {
        return new Pages(read(Path.of(file)));
    }

    static Pages all() {
        List<Path> files = new ArrayList<>(
                List.of(Path.of("README.md"), Path.of("ARCHITECTURE.md"), Path.of("CONTRIBUTING.md")));
        files.addAll(files("adr", ".md"));
        return new Pages(String.join("\n", files.stream().map(Pages::read).toList()));
    }

    String text() {
        return text;
    }

    /** The contents of the fenced blocks. */
    List<String> blocks() {
        return BLOCK.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** What stands in backticks, outside the blocks. */
    List<String> code() {
        return find(CODE, prose());
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
