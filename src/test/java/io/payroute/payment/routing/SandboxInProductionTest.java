package io.payroute.payment.routing;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SandboxInProductionTest {

    private static final String RULES = "rules:\n  - name: all\n    providers: [%s]\n";

    @ParameterizedTest
    @CsvSource({"embedded,stripe,stripe,true", "external,stripe,stripe,false", "external,stripe,sandbox,false",
            "external,sandbox,stripe,true"})
    void shouldBeThereOnlyForThoseWhoNameIt(String mode, String inRules, String byDefault, boolean there) {
        // Given
        ProviderRules rules = new ProviderRules("rules.yaml", RULES.formatted(inRules), byDefault);

        // When
        boolean missing = new SandboxInProduction(rules, mode).missing("sandbox").isPresent();

        // Then
        assertThat(missing).isEqualTo(!there);
    }
}
