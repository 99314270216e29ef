package io.payroute.platform.route.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.serialization.JsonNodeReader;

import io.payroute.platform.command.Changes;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever is packaged or shown opens in Kaoto, and what is packaged, or is an example, makes a picture that explains itself. */
class PictureTest {

    private static final JsonNodeReader YAML = JsonNodeReader.builder().build();
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private final Findings findings = new Findings();
    private final SchemaCheck schema = new SchemaCheck(findings);
    private final List<String> unnamed = new ArrayList<>();

    @TempDir
    private Path changed;

    @Test
    void shouldOpenTheExamplesAndWhatThePagesShow() throws Exception {
        // Given
        for (Changes.Change change : Changes.all().stream().sorted((a, b) -> Boolean.compare(b.text().contains("cp -r"),
                a.text().contains("cp -r"))).toList()) {
            Changes.make(change, changed);
        }
        List<Path> files = new ArrayList<>(files(Path.of("examples")));
        files.addAll(files(changed));
        List<SourceFile> shown = new ArrayList<>();
        for (Path page : List.of(Path.of("README.md"), Path.of("docs/configure.md"), Path.of("docs/routes.md"),
                Path.of("docs/provider.md"), Path.of("docs/providers.md"))) {
            BLOCK.matcher(Files.readString(page)).results().map(found -> found.group(1))
                    .filter(block -> Pattern.compile("^- route", Pattern.MULTILINE).matcher(block).find())
                    .forEach(block -> shown.add(new SourceFile(page.toString(), block, false)));
        }

        // When
        for (Path file : files) {
            schema.check(new SourceFile(file.toString(), Files.readString(file), false));
        }
        shown.forEach(schema::check);

        // Then
        assertThat(findings.all()).isEmpty();
        assertThat(files).hasSizeGreaterThan(6);
        assertThat(shown).hasSizeGreaterThan(3);
    }

    /** Each step of a route has both; one of a kamelet or a route configuration stands in many routes, and has no id. */
    @Test
    void shouldNameAndDescribeEveryStep() throws Exception {
        // Given
        List<Path> files = new ArrayList<>(files(RESOURCES.resolve("routes")));
        files.addAll(files(RESOURCES.resolve("kamelets")));
        files.addAll(files(Path.of("examples")));

        // When
        for (Path file : files) {
            JsonNode content = YAML.readTree(Files.readString(file), InputFormat.YAML);
            if (content.isArray()) {
                content.forEach(
                        one -> walk(file, one, one.has("route") ? List.of("id", "description") : List.of("description")));
            } else {
                walk(file, content.path("spec").path("template").path("from"), List.of("description"));
            }
        }

        // Then
        assertThat(unnamed).isEmpty();
        assertThat(files).hasSizeGreaterThan(40);
    }

    private void walk(Path file, JsonNode node, List<String> names) {
        if (node.isArray()) {
            node.forEach(one -> walk(file, one, names));
            return;
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getKey().equals("steps")) {
                entry.getValue().forEach(step -> step.properties().forEach(one -> names.stream()
                        .filter(name -> !one.getValue().has(name))
                        .forEach(
                                name -> unnamed.add(file + ": " + one.getKey() + " without " + name + ": " + one.getValue()))));
            }
            walk(file, entry.getValue(), names);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(camel|kamelet)\\.yaml")).sorted().toList();
        }
    }
}
