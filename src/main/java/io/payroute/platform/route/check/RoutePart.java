package io.payroute.platform.route.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.snakeyaml.engine.v2.nodes.Node;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;

/**
 * One thing that a folder can replace or add, as it is packaged and as the folder has it.
 *
 * @param id of a route or route configuration, name of a kamelet, a template or a file
 * @param packaged null when the folder adds it
 * @param own null when the folder does not have it
 */
public record RoutePart(String kind, String id, Text packaged, Text own) {

    public static final String ROUTE = "route";
    public static final String CONFIGURATION = "route configuration";
    public static final String KAMELET = "kamelet";
    public static final String TEMPLATE = "template";
    public static final String FILE = "file";

    /** @param comment on top of the file, which says what it is about */
    public record Text(String file, String comment, String text) {
    }

    public String state() {
        if (own == null) {
            return "packaged";
        }
        return packaged == null ? "added" : "replaced";
    }

    /** Everything, in the order of the package. A file that is no YAML is left out; the check reports it. */
    public static List<RoutePart> all(ConfigFolder folder) {
        Map<String, RoutePart> parts = new LinkedHashMap<>();
        PackagedFiles.each("routes", ".camel.yaml", (name, file) -> routes(parts, name, read(file), true));
        PackagedFiles.each("kamelets", ".kamelet.yaml", (name, file) -> whole(parts, KAMELET, name, read(file), true));
        PackagedFiles.each("templates/mail", "", (name, file) -> whole(parts, TEMPLATE, name, read(file), true));
        PackagedFiles.each("provider-rules.yaml", "", (name, file) -> whole(parts, FILE, name, read(file), true));
        if (folder.exists()) {
            folder.routes().forEach(file -> routes(parts, RouteCheck.shown(file), read(file), false));
            folder.kamelets().forEach(file -> whole(parts, KAMELET, RouteCheck.shown(file), read(file), false));
            for (RoutePart part : List.copyOf(parts.values())) {
                if (part.kind().equals(TEMPLATE) || part.kind().equals(FILE)) {
                    folder.file(part.packaged().file())
                            .ifPresent(file -> whole(parts, part.kind(), RouteCheck.shown(file), read(file), false));
                }
            }
        }
        return new ArrayList<>(parts.values());
    }

    private static void whole(Map<String, RoutePart> parts, String kind, String name, String text, boolean packaged) {
        String id = name.replaceFirst(".*/", "").replaceFirst("\\.kamelet\\.yaml$", "");
        put(parts, kind, id, new Text(name, "", text), packaged);
    }

    private static void routes(Map<String, RoutePart> parts, String name, String text, boolean packaged) {
        List<String> lines = text.lines().toList();
        Node root = new SourceFile(name, text, packaged).tree(new Findings()).orElse(null);
        List<Node> entries = SourceFile.items(root);
        String comment = String.join("\n", lines.stream().takeWhile(line -> line.startsWith("#")).toList());
        for (int i = 0; i < entries.size(); i++) {
            int from = SourceFile.line(entries.get(i)) - 1;
            int to = i + 1 < entries.size() ? SourceFile.line(entries.get(i + 1)) - 1 : lines.size();
            for (String kind : List.of("route", "routeConfiguration")) {
                String id = SourceFile.textAt(entries.get(i), kind, "id");
                if (id != null) {
                    put(parts, kind.equals("route") ? ROUTE : CONFIGURATION, id,
                            new Text(name, comment, String.join("\n", lines.subList(from, to)) + "\n"), packaged);
                }
            }
        }
    }

    private static void put(Map<String, RoutePart> parts, String kind, String id, Text text, boolean packaged) {
        RoutePart known = parts.get(kind + " " + id);
        Text before = known == null ? null : known.packaged();
        parts.put(kind + " " + id, new RoutePart(kind, id, packaged ? text : before, packaged ? null : text));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
