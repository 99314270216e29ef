package io.payroute.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Which scope each path needs, as docs/http.md says it, and every path that the package serves. */
final class AccessTable {

    /** @param scope null where everybody may come */
    record Row(String method, Pattern path, String scope) {
    }

    private static final Pattern DOCUMENTED = Pattern
            .compile("(?m)^\\| `(GET|POST|PUT|PATCH|DELETE) (/\\S*)` \\|.*\\| ([^|]+) \\|$");
    private static final Pattern ROUTE = Pattern
            .compile("uri: platform-http:(\\S+)\\s+parameters:\\s+httpMethodRestrict: (\\S+)");
    private static final String STATIC = "META-INF/resources";
    /** Two hundred files of one kind. */
    private static final String CONSOLE = "/hawtio/static/";
    private static final String HEALTH = "/q/health";

    private final List<Row> rows = new ArrayList<>();

    AccessTable() throws IOException {
        Matcher row = DOCUMENTED.matcher(Files.readString(Path.of("docs/http.md")));
        while (row.find()) {
            String path = Pattern.quote(row.group(2)).replaceAll("\\{[^}]*}", "\\\\E[^/]+\\\\Q").replace("/…",
                    "\\E(?:/.*)?\\Q");
            rows.add(new Row(row.group(1), Pattern.compile(path), scope(row.group(3))));
        }
    }

    private static String scope(String cell) {
        return cell.startsWith("`") ? cell.replace("`", "") : null;
    }

    /** @return null when the documentation names it nowhere */
    Row of(String method, String path) {
        return rows.stream().filter(row -> row.method().equals(method) && row.path().matcher(path).matches()).findFirst()
                .orElse(null);
    }

    /** Method and path, with {@code {id}} and the like: of the routes, and of the files in the package. */
    static Set<String> served() throws IOException {
        Set<String> served = new TreeSet<>(Set.of("GET " + HEALTH, "GET " + HEALTH + "/live", "GET " + HEALTH + "/ready",
                "GET /q/metrics", "GET /q/swagger-ui/", "GET /hawtio/", "GET /hawtio/user", "GET /hawtio/jolokia",
                "POST /hawtio/jolokia",
                "GET /hawtio/auth/logout"));
        for (Path file : files(Path.of("src/main/resources/routes"), ".yaml")) {
            ROUTE.matcher(Files.readString(file)).results().forEach(route -> served.add(route.group(2) + " " + route.group(1)));
        }
        served.remove("POST /noop");
        for (Path jar : files(Path.of("target/quarkus-app"), ".jar")) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName)
                        .filter(name -> name.startsWith(STATIC + "/") && !name.startsWith(STATIC + CONSOLE))
                        .forEach(name -> served.add("GET " + name.substring(STATIC.length())));
            }
        }
        return served;
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }
}
