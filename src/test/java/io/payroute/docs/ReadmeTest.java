package io.payroute.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.access.Scope;
import io.payroute.platform.access.Scopes;
import io.payroute.testing.EveryAccess;
import io.swagger.parser.OpenAPIParser;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the pages to the product: what they name exists, and what they promise to be typed is what is run. */
class ReadmeTest {

    private static final String RUN = "mvn -q package -DskipTests && ./payroute run\n";
    private static final Path CONTRACT = Path.of("src/main/resources/META-INF/resources/openapi.yaml");
    private static final String TEST = "mvn verify\n";
    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");
    private static final Pattern SET_VARIABLE = Pattern.compile("\\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=");
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9._/-]*/[A-Za-z0-9._/-]*");
    /** Made by the build, by a run or by the reader, so not there when this runs. */
    private static final Pattern BUILT = Pattern.compile("(target|data|application|routes|kamelets|templates|config)/.*");

    /** A path of the interface, in prose or behind a host. */
    private static final Pattern PATH = Pattern
            .compile("(?<![A-Za-z0-9.…}/])(?:localhost:8080)?(/(?:api/v1|webhooks|pay|process-payment|health)\\b[^\\s`)|]*)");
    private static final Pattern CURL = Pattern.compile("(?m)((?<=^|\\W)curl [^\\n|]*)");
    private static final Pattern URL = Pattern.compile("localhost:8080(/[^\\s'\")]*)");
    private static final Pattern STATIC = Pattern.compile("^GET /(q/.*|openapi.yaml)$");
    private static final Pattern COMMAND = Pattern
            .compile("(?m)(?:^|\\$\\(|[|;] ?|\\bdo )(?!\\w+=)(\\w+) ");
    private static final Set<String> TOOLS = Set.of("curl", "sed", "grep", "sort", "uniq", "cat", "cut", "head", "date",
            "sleep",
            "echo", "do", "printf", "jshell", "openssl", "java", "kill", "until", "field");

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
    void shouldBeShortShowThePipelineAndLeadToEveryPage() {
        // When
        long lines = readme.text().lines().count();

        // Then
        assertThat(lines).isLessThanOrEqualTo(250);
        assertThat(readme.links()).contains("docs/pipeline.svg").containsAll(Pages.MAIN.subList(1, Pages.MAIN.size()));
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
        List<String> words = Pages.find(Pattern.compile("(" + KEY.pattern() + ")"), Pages.read(CONTRACT));

        // When
        Stream<String> keys = names().filter(name -> KEY.matcher(name).matches()).filter(name -> !Files.exists(Path.of(name)))
                .filter(name -> !Files.exists(Path.of("src/main/java", name.split("\\."))))
                .filter(name -> !build.contains("<" + name + ">"))
                .filter(name -> !product.topics().contains(name.replaceFirst("[.]dlq$", "")))
                .filter(name -> !words.contains(name));

        // Then
        assertThat(keys).isNotEmpty().isSubsetOf(product.keys());
    }

    @Test
    void shouldGiveTheDefaultsThatTheKeysHave() {
        // When
        List<List<String>> rows = pages.rows("key");

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
        List<String> variables = Pages.of("docs/configuration.md").rows("variable").stream()
                .flatMap(row -> Pages.codeIn(row.get(0)).stream()).toList();

        // Then
        assertThat(variables).containsAll(product.requiredVariables()).contains("PAYROUTE_HTTP_TOKENS");
    }

    @Test
    void shouldNameOnlyFilesThatExist() {
        // When
        Stream<String> files = pages.code().stream().filter(name -> FILE.matcher(name).matches())
                .filter(name -> !BUILT.matcher(name).matches());

        // Then
        assertThat(files).isNotEmpty().allSatisfy(name -> assertThat(Path.of(name)).exists());
    }

    @Test
    void shouldLinkOnlyToPagesAndSectionsThatExist() {
        for (String page : Pages.MAIN) {
            // When
            List<String> links = Pages.of(page).links().stream().filter(link -> !link.startsWith("https://")).toList();

            // Then
            assertThat(links).as(page).isNotEmpty().allSatisfy(link -> {
                String file = link.replaceFirst("#.*", "");
                Path target = file.isEmpty() ? Path.of(page) : Path.of(page).resolveSibling(file).normalize();
                assertThat(target).exists();
                if (link.contains("#")) {
                    assertThat(Pages.of(target.toString()).anchors()).contains(link.substring(link.indexOf('#')));
                }
            });
        }
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
        // When
        List<String> named = Pages.of("docs/http.md").rows("method and path").stream()
                .flatMap(row -> Pages.codeIn(row.get(0)).stream()).toList();

        // Then
        assertThat(named).filteredOn(name -> !name.contains(" /q/")).containsExactlyInAnyOrderElementsOf(contract())
                .containsExactlyInAnyOrderElementsOf(endpoints());
    }

    @Test
    void shouldNameOnlyPathsThatExist() {
        // Given
        Set<String> known = new TreeSet<>(endpoints());
        known.addAll(product.pages());
        Stream<String> prose = Stream.concat(pages.code().stream(), pages.blocks().stream().flatMap(String::lines));

        // When
        Stream<String> paths = prose.flatMap(text -> Pages.find(PATH, text).stream()).map(ReadmeTest::path)
                .filter(path -> !path.isEmpty());

        // Then
        assertThat(paths).isNotEmpty().allSatisfy(path -> assertThat(known).as(path)
                .anyMatch(endpoint -> fits(endpoint.replaceFirst(".* ", ""), path)));
    }

    /** Every path of the contract, called by its method. */
    @Test
    void shouldWalkThroughTheWholeInterfaceInTheGuide() {
        // When
        List<String> calls = guide().stream().flatMap(block -> Pages.find(CURL, block).stream())
                .filter(curl -> curl.contains("localhost:8080")).map(ReadmeTest::call).toList();

        // Then
        assertThat(endpoints()).allSatisfy(endpoint -> assertThat(calls).as(endpoint).anyMatch(call -> fits(endpoint, call)));
        assertThat(calls).filteredOn(call -> !STATIC.matcher(call).find()).allSatisfy(
                call -> assertThat(endpoints()).as(call).anyMatch(endpoint -> fits(endpoint, call)));
    }

    /** The guide is run as it stands, so it may use nothing but what a bare machine has. */
    @Test
    void shouldNeedNoFurtherToolsInTheGuide() {
        // When
        Stream<String> commands = guide().stream().map(block -> block.replaceAll("(?s)<<'END'.*?\nEND", ""))
                .flatMap(block -> Pages.find(COMMAND, block).stream());

        // Then
        assertThat(commands).isNotEmpty().isSubsetOf(TOOLS);
    }

    @Test
    void shouldNameTheScopesThatThePathsNeed() {
        // When
        List<String> scopes = Pages.of("docs/http.md").rows("scope").stream().flatMap(row -> Pages.codeIn(row.get(0)).stream())
                .toList();

        // Then
        assertThat(scopes)
                .containsExactlyInAnyOrderElementsOf(
                        new Scopes(EveryAccess.RULES.stream())
                                .all().stream().map(Scope::word).toList());
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

    private List<String> guide() {
        return Pages.of("docs/guide.md", "docs/shop.md").shell();
    }

    private Set<String> endpoints() {
        Set<String> endpoints = product.endpoints();
        endpoints.remove("POST /noop");
        return endpoints;
    }

    private static Set<String> contract() {
        Set<String> operations = new TreeSet<>();
        new OpenAPIParser().readLocation(CONTRACT.toString(), null, null).getOpenAPI()
                .getPaths()
                .forEach((path, item) -> item.readOperationsMap().keySet()
                        .forEach(method -> operations.add(method + " " + path)));
        return operations;
    }

    /** Method and path of a curl command, as curl would send it. */
    private static String call(String curl) {
        Matcher method = Pattern.compile("-X ([A-Z]+)").matcher(curl);
        return (method.find() ? method.group(1) : curl.matches("(?s).* -d ['\"].*") ? "POST" : "GET") + " "
                + path(Pages.find(URL, curl).get(0));
    }

    /** Without parameters, and without what stands behind it in a sentence. */
    private static String path(String url) {
        return url.replaceFirst("[?#'\"].*", "").replaceFirst("[/.,;:]+$", "");
    }

    /** Whether a path could be sent to a route; in both a variable stands for any one segment. */
    private static boolean fits(String endpoint, String path) {
        String[] wanted = endpoint.split("/");
        String[] given = path.split("/");
        return wanted.length == given.length && IntStream.range(0, wanted.length)
                .allMatch(n -> wanted[n].equals(given[n]) || wanted[n].startsWith("{") && !given[n].isEmpty());
    }

    /** What stands in backticks, without {@code -D} in front and a value behind. */
    private Stream<String> names() {
        return pages.code().stream().map(code -> code.replaceFirst("^-D", "").replaceFirst("=.*", ""));
    }
}
