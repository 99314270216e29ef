package io.payroute.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The lists beside the providers' files, of the types of events that they document. */
class DocumentedTypesTest {

    private static final Path FOLDER = Path.of("src/main/resources/routes/payment");
    private static final String FAMILIES = "# Families: ";

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("provider-.*-events\\.camel.yaml"))
                    .map(name -> name.replace(".camel.yaml", "")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldNameEveryTypeOfPaymentsThatTheProviderDocumentsAndNoOther(String file) throws IOException {
        // Given
        List<String> list = Files.readAllLines(FOLDER.resolve(file + ".types.txt"));
        Pattern families = Pattern.compile(list.stream().filter(line -> line.startsWith(FAMILIES)).findFirst().orElseThrow()
                .substring(FAMILIES.length()));
        List<String> documented = list.stream().filter(line -> !line.startsWith("#")).toList();

        // When
        Set<String> named = named(new YAMLMapper().readTree(FOLDER.resolve(file + ".camel.yaml").toFile()));

        // Then
        assertThat(documented).doesNotHaveDuplicates().allMatch(type -> families.matcher(type).matches());
        assertThat(named.stream().filter(type -> families.matcher(type).matches()))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    /** As a kind or as ignored, whatever the status. */
    private static Set<String> named(JsonNode routes) {
        return Stream.of("kinds", "ignored").flatMap(name -> Arrays.stream(routes.findPath(name).asText().split(",")))
                .map(word -> word.strip().replaceAll("[=/].*", "")).filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
