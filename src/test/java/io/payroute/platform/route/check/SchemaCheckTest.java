package io.payroute.platform.route.check;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.platform.PackagedFiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Camel's canonical schema of its YAML, by which Kaoto opens a file. */
class SchemaCheckTest {

    private static final String ROUTE = """
            - route:
                id: payment-one
                from:
                  uri: direct:payment-one
                  steps:
                    - threads:
                        poolSize: %s
            """;

    private final Findings findings = new Findings();
    private final SchemaCheck schema = new SchemaCheck(findings);

    @Test
    void shouldAcceptEveryPackagedFile() {
        // When
        PackagedFiles.each("routes", ".camel.yaml", (name, file) -> schema.check(RouteCheck.file(name, file, true)));
        PackagedFiles.each("kamelets", ".kamelet.yaml", (name, file) -> schema.check(RouteCheck.file(name, file, true)));

        // Then
        assertThat(findings.all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"5 | ", "\"{{payment.operation.threads}}\" | ",
            "\"5\" | 'poolSize' is '5' and must be a number, without quotes.",
            "many | 'poolSize' is 'many' and must be a number."})
    void shouldTakeAPlaceholderForANumberAndNoOtherText(String value, String finding) {
        // When
        schema.check(new SourceFile("one.camel.yaml", ROUTE.formatted(value), false));

        // Then
        assertThat(findings.all()).isEqualTo(
                finding == null ? List.of() : List.of(new Finding("one.camel.yaml", 7, finding)));
    }
}
