package io.payroute.payment.routing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.platform.ConfigFolder;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentFilesTest {

    private static final String ADYEN = "- route:\n    id: provider-adyen\n    to: kamelet:provider-http\n    authentication: header:X-API-Key\n";
    private static final String OPEN = "- route:\n    id: provider-open\n    to: kamelet:provider-http\n    authentication: none\n";
    /** Its authentication is the kamelet's default. */
    private static final String PLAIN = "- route:\n    id: provider-plain\n    to: kamelet:provider-http\n";

    @TempDir
    private Path folder;
    private final Map<String, String> config = new HashMap<>();

    @BeforeEach
    void routes() throws IOException {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/adyen.camel.yaml"), ADYEN);
        Files.writeString(folder.resolve("routes/open.camel.yaml"), OPEN);
        rules("adyen, open");
    }

    @Test
    void shouldNameTheKeyOfADeclaredProviderInUse() {
        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).singleElement().asString()
                .startsWith("payment.provider.adyen.api-key is missing. Set PAYMENT_PROVIDER_ADYEN_API_KEY to ")
                .contains("named by rule 'euro' of");
    }

    @Test
    void shouldNameTheKeyOfAProviderThatDeclaresNoAuthenticationBesideOneThatNeedsNone() throws IOException {
        // Given
        Files.writeString(folder.resolve("routes/open.camel.yaml"), OPEN + PLAIN);
        rules("open, plain");

        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).singleElement().asString().startsWith("payment.provider.plain.api-key is missing.");
    }

    @Test
    void shouldRequireNoKeyOfStripeWhereTheFolderHasAnotherRouteForIt() throws IOException {
        // Given
        Files.writeString(folder.resolve("routes/mock.camel.yaml"), "- route:\n    id: provider-stripe\n    to: mock:stripe\n");
        rules("stripe");

        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldNameTheKeyOfStripeInUse() throws IOException {
        // Given
        rules("open");
        config.put("payment.provider.default", "stripe");

        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).singleElement().asString().startsWith("payment.provider.stripe.api-key is missing.")
                .endsWith("which is named by payment.provider.default.");
    }

    @Test
    void shouldMissNothingOnceTheKeyIsSet() {
        // Given
        config.put("payment.provider.adyen.api-key", "secret");

        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldRequireNoKeyOfAProviderThatNobodyNames() throws IOException {
        // Given
        rules("open");

        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldRequireNoKeyWhereTheRoleIsOff() {
        // Given
        config.put("role.payment", "false");

        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldSayWhatIsWrongWithTheRules() throws IOException {
        // Given
        Files.writeString(folder.resolve("rules.yaml"), "rules:\n  - name: euro\n    providers: []\n");

        // When
        List<String> missing = missing();

        // Then
        assertThat(missing).singleElement().asString().contains("rule 'euro'");
    }

    private List<String> missing() {
        return new PaymentFiles().missing(ConfigFolder.at(folder), config::get);
    }

    private void rules(String providers) throws IOException {
        Path file = folder.resolve("rules.yaml");
        Files.writeString(file,
                "rules:\n  - name: euro\n    when:\n      currencies: [EUR]\n    providers: [" + providers + "]\n");
        config.put("payment.provider.rules", "file:" + file);
    }
}
