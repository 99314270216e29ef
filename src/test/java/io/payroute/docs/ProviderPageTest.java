package io.payroute.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/** The page for those who write a provider has every property of the kamelet, as the kamelet defines it. */
class ProviderPageTest {

    private static final Path KAMELET = Path.of("src/main/resources/kamelets/provider-http.kamelet.yaml");
    private static final Path PAGE = Path.of("docs/provider.md");
    private static final Pattern BEAN = Pattern.compile("(?m)^            (\\w+): \"\\{\\{(\\w+)}}\"$");

    @Test
    void shouldListEveryPropertyWithTypeDefaultAndMeaning() {
        // Given
        List<String> defined = definition().entrySet().stream().map(ProviderPageTest::row).toList();

        // When
        String page = Pages.read(PAGE);

        // Then
        assertThat(page.lines().filter(line -> line.startsWith("| `"))).containsAll(defined);
        assertThat(page).contains("| property | type | default | meaning |\n|---|---|---|---|\n" + String.join("\n", defined)
                + "\n\n");
    }

    @Test
    void shouldHandEveryPropertyOn() {
        // When
        List<String> handed = BEAN.matcher(Pages.read(KAMELET).split("declared:|    from:")[1]).results().map(one -> {
            assertThat(one.group(1)).isEqualTo(one.group(2));
            return one.group(1);
        }).toList();

        // Then
        assertThat(handed).containsExactlyElementsOf(definition().keySet());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> definition() {
        Map<String, Object> kamelet = new Yaml().load(Pages.read(KAMELET));
        Map<String, Object> spec = (Map<String, Object>) kamelet.get("spec");
        return (Map<String, Map<String, Object>>) ((Map<String, Object>) spec.get("definition")).get("properties");
    }

    private static String row(Map.Entry<String, Map<String, Object>> property) {
        Object otherwise = property.getValue().get("default");
        String shown = otherwise == null ? "required" : otherwise.toString().isEmpty() ? "" : "`" + otherwise + "`";
        return "| `" + property.getKey() + "` | " + property.getValue().get("type") + " | " + shown + " | "
                + property.getValue().get("title").toString().replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
                + " |";
    }
}
