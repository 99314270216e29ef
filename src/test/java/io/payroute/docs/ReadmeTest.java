package io.payroute.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.payment.model.PaymentStatus;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the pages to the product: what they name exists, and what they promise to be typed is what is run. */
class ReadmeTest {

    private static final String RUN = "mvn -q package -DskipTests && java -jar target/quarkus-app/quarkus-run.jar\n";
    private static final String TEST = "mvn verify\n";
    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");
    private static final Pattern SET_VARIABLE = Pattern.compile("\\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=");
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9._/-]*/[A-Za-z0-9._/-]*");
    /** Made by the build or by a run, so not there yet when this runs. */
    private static final Pattern BUILT = Pattern.compile("(target|data|application)/.*");

    private final Pages readme = Pages.of("README.md");
    private final Pages pages = Pages.all();
    private final Product product = new Product();

    @Test
    void shouldHaveOneCommandToRunAndOneToTest() {
        // When
        List<String> blocks = readme.blocks();

        // Then
        assertThat(blocks).containsOnlyOnce(RUN).containsOnlyOnce(TEST);
    }

    @Test
    void shouldRunTheTestCommandInTheContinuousIntegration() {
        // When
        Stream<String> commands = Pages.read(Path.of(".ci/run")).lines().filter(line -> line.startsWith("mvn"));

        // Then
        assertThat(commands).extracting(line -> line.replaceAll(" -\\S+", "") + "\n").containsExactly(TEST);
    }

    @Test
    void shouldNameOnlyKeysThatExist() {
        // Given
        String build = Pages.read(Path.of("pom.xml"));

        // When
        Stream<String> keys = names().filter(name -> KEY.matcher(name).matches()).filter(name -> !Files.exists(Path.of(name)))
                .filter(name -> !Files.exists(Path.of("src/main/java", name.split("\\."))))
                .filter(name -> !build.contains("<" + name + ">")).filter(name -> !product.topics().contains(name));

        // Then
        assertThat(keys).isNotEmpty().isSubsetOf(product.keys());
    }

    @Test
    void shouldGiveTheDefaultsThatTheKeysHave() {
        // When
        List<List<String>> rows = readme.rows("key");

        // Then
        assertThat(rows).hasSizeGreaterThan(10).allSatisfy(row -> {
            List<String> defaults = Pages.codeIn(row.get(1));
            List<String> keys = Pages.codeIn(row.get(0)).stream().filter(key -> product.value(key) != null).toList();
            if (!defaults.isEmpty()) {
                assertThat(keys).allSatisfy(key -> assertThat(product.value(key)).as(key).isEqualTo(defaults.get(0)));
            }
        });
    }

    @Test
    void shouldNameOnlyVariablesThatExist() {
        // Given
        String image = Pages.read(Path.of("Dockerfile"));

        // When
        Stream<String> variables = Stream.concat(names().filter(name -> VARIABLE.matcher(name).matches()),
                pages.blocks().stream().flatMap(block -> Pages.find(SET_VARIABLE, block).stream()))
                .filter(name -> !image.contains(name + "="));

        // Then
        assertThat(variables).isNotEmpty().isSubsetOf(product.variables());
    }

    @Test
    void shouldNameEveryVariableThatAnExternalInstallationNeeds() {
        // When
        List<String> variables = readme.rows("variable").stream().flatMap(row -> Pages.codeIn(row.get(0)).stream()).toList();

        // Then
        assertThat(variables).containsAll(product.requiredVariables()).contains("PAYROUTE_HTTP_TOKENS");
    }

    @Test
    void shouldNameOnlyFilesThatExist() {
        // When
        Stream<String> files = Stream
                .concat(pages.code().stream().filter(name -> FILE.matcher(name).matches()),
                        Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md").map(Pages::of)
                                .flatMap(page -> page.links().stream()).filter(link -> !link.startsWith("#")))
                .filter(name -> !BUILT.matcher(name).matches());

        // Then
        assertThat(files).isNotEmpty().allSatisfy(name -> assertThat(Path.of(name)).exists());
    }

    @Test
    void shouldLinkOnlyToSectionsThatExist() {
        // Given
        List<String> sections = Pages.find(Pattern.compile("(?m)^##+ (.*)$"), readme.text()).stream()
                .map(title -> "#" + title.toLowerCase(Locale.ROOT).replace(' ', '-')).toList();

        // When
        Stream<String> links = readme.links().stream().filter(link -> link.startsWith("#"));

        // Then
        assertThat(links).isNotEmpty().isSubsetOf(sections);
    }

    @Test
    void shouldNameTheTopicsThereAre() {
        for (Pages page : List.of(readme, Pages.of("ARCHITECTURE.md"))) {
            // When
            List<String> topics = page.rows("topic").stream().flatMap(row -> Pages.codeIn(row.get(0)).stream()).toList();

            // Then
            assertThat(topics).filteredOn(topic -> !topic.equals("<topic>.dlq"))
                    .containsExactlyInAnyOrderElementsOf(product.topics());
        }
    }

    @Test
    void shouldNameTheHttpInterfaceThereIs() {
        // Given
        Set<String> endpoints = product.endpoints();
        endpoints.remove("POST /noop");

        // When
        List<String> named = readme.rows("method and path").stream().flatMap(row -> Pages.codeIn(row.get(0)).stream()).toList();

        // Then
        assertThat(named).filteredOn(name -> !name.contains(" /q/")).containsExactlyInAnyOrderElementsOf(endpoints);
    }

    @Test
    void shouldDrawTheStatesThereAre() {
        // When
        List<List<String>> rows = Pages.of("ARCHITECTURE.md").rows("from");

        // Then
        assertThat(rows).hasSize((int) Stream.of(PaymentStatus.values()).filter(state -> !state.next().isEmpty()).count())
                .allSatisfy(row -> assertThat(Pages.codeIn(row.get(1))).containsExactlyInAnyOrderElementsOf(
                        PaymentStatus.ofWord(Pages.codeIn(row.get(0)).get(0)).next().stream().map(PaymentStatus::word)
                                .toList()));
    }

    /** What stands in backticks, without {@code -D} in front and a value behind. */
    private Stream<String> names() {
        return pages.code().stream().map(code -> code.replaceFirst("^-D", "").replaceFirst("=.*", ""));
    }
}
