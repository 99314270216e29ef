package io.payroute.payment.provider.http;

import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.testing.Routes;

import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What can be declared, and what stops the start. */
class ProviderHttpDeclarationTest extends ProviderHttpBed {
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"outcomes; 500=declined; outcomes: '500=declined'",
            "path; charges; path must begin with /",
            "body; /a=${date:now:yyyy}; may be another one in a repetition", "body; /a=${body.attempt}; may be another one",
            "body; /a=${variable.key; may be another one", "body; /a=${variable.kay}; there is no ${variable.kay}",
            "body; a=1; body: ", "method; SEND; method is 'SEND'",
            "unit; cents; unit must be minor or major", "authentication; digest; authentication is 'digest'",
            "outcomes; ''; outcomes is missing", "keyLife; 7; a duration with a unit",
            "keep; a=/b; with purpose prepare and no other",
            "method; GET; which moves nothing"})
    void shouldNotStartWithWhatCannotBeDeclared(String property, String value, String why) {
        // Given
        declared.put(property, value);

        // When
        assertThatThrownBy(this::start)

                // Then
                .hasStackTraceContaining("Route provider-acme, ").hasStackTraceContaining(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "api-key; ; payment.provider.acme.api-key is missing. Set PAYMENT_PROVIDER_ACME_API_KEY",
            "base-url; http://acme.test; must begin with https://", "read-timeout; 40s; more than half of payment.charge.lease",
            "read-timeout; 8000; must be a duration with a unit", "base-url; ; payment.provider.acme.base-url is missing"})
    void shouldNotStartWithoutWhatAProviderInUseNeeds(String key, String value, String why) {
        // Given
        config.put("payment.provider.default", "acme");
        config.put("payment.provider.acme." + key, value == null ? "" : value);

        // When
        assertThatThrownBy(this::start)

                // Then
                .hasStackTraceContaining(why);
    }

    @Test
    void shouldStartWithoutTheKeyOfAProviderThatIsNotInUse() throws Exception {
        // Given
        config.remove("payment.provider.acme.api-key");

        // When
        start();

        // Then
        assertThat(context.getRegistry().findSingleByType(DeclaredProviders.class).missing("acme")).isPresent();
    }

    @Test
    void shouldRunTheExampleOfThePage() throws Exception {
        // Given
        String page = Files.readString(Path.of("docs/provider.md"));
        config.put("role.payment", "true");
        config.forEach(context.getPropertiesComponent()::addOverrideProperty);
        ExampleProvider.bind(context, config);
        Routes.load(context, "shared/error-handling.camel.yaml");
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("page.camel.yaml",
                page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```", page.indexOf("```yaml\n") + 8))));
        ACME.toPost("/api/v1/charges", answer(201, "{\"id\":\"acme_1\",\"status\":\"succeeded\"}"));
        context.start();

        // When
        ProviderOutcome charged = outcome(call(ProviderCall.CHARGE, "card", null));
        ProviderOutcome refunded = outcome(call(ProviderCall.REFUND, "card", null));

        // Then
        assertThat(charged).isEqualTo(new ProviderOutcome.Completed("acme_1"));
        assertThat(refunded).isEqualTo(new ProviderOutcome.Declined("not_supported"));
    }
}
