package io.payroute.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.platform.route.Hook;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds docs/routes.md to what it lists. {@code -Droutes.page=write} writes the page. */
class RoutesPageTest {

    private static final Path PAGE = Path.of("docs/routes.md");
    private static final String MARK = "<!-- What follows is written by RoutesPageTest, from the route files and the code. -->\n\n";

    @Test
    void shouldListWhatARouteMayName() throws Exception {
        // Given
        String page = Files.readString(PAGE);
        String intro = page.substring(0, page.indexOf(MARK) + MARK.length());

        // When
        String printed = intro + new RoutesPage().print();

        // Then
        if ("write".equals(System.getProperty("routes.page"))) {
            Files.writeString(PAGE, printed);
        }
        assertThat(Files.readString(PAGE)).as("write the page by mvn -o -q test -Dtest=RoutesPageTest -Droutes.page=write")
                .isEqualTo(printed);
    }

    @Test
    void shouldHaveARouteForEachHookAndNoOtherHook() {
        // Given
        List<String> declared = RoutesPage.hooks().stream().map(Hook::id).sorted().toList();

        // When
        List<String> written = Pages.files("src/main/resources/routes", "05-hooks.camel.yaml").stream().map(Pages::read)
                .flatMap(text -> text.lines().filter(line -> line.startsWith("    id: ") && !line.contains("-ask-")))
                .map(line -> line.substring("    id: ".length())).sorted().toList();

        // Then
        assertThat(declared).isEqualTo(written).isNotEmpty();
    }

    /** As Camel reads a field: by a method of its name, or its getter. */
    @Test
    void shouldNameNoFieldThatABodyDoesNotHave() {
        assertThat(RoutesPage.hooks()).allSatisfy(hook -> assertThat(hook.fields().keySet()).allSatisfy(
                field -> assertThat(Arrays.stream(hook.body().getMethods()).filter(method -> method.getParameterCount() == 0)
                        .flatMap(
                                method -> Stream.of(method.getName(), lower(method.getName().replaceFirst("^(?:get|is)", "")))))
                        .contains(field)));
    }

    private static String lower(String name) {
        return name.isEmpty() ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
