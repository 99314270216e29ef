package io.payroute.payment.provider.stripe;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class StripeSettingsTest {

    private static final String STRIPE = "https://api.stripe.com";

    @ParameterizedTest
    @CsvSource({",,https://api.stripe.com,PAYMENT_PROVIDER_STRIPE_API_KEY",
            "' ',,https://api.stripe.com,PAYMENT_PROVIDER_STRIPE_API_KEY",
            "pk_test_abcdefgh,,https://api.stripe.com,sk_test_",
            "sk_live_abcdefgh,pm_card_visa,https://api.stripe.com,payment.provider.stripe.payment-method",
            "sk_test_abcdefgh,,http://api.stripe.com,payment.provider.stripe.base-url"})
    void shouldNameWhatIsWrongAndTheRemedy(String key, String method, String url, String named) {
        // When
        Optional<String> missing = TestStripe.settings(key, method, url).missing();

        // Then
        assertThat(missing).get().asString().contains(named).doesNotContain("abcdefgh");
    }

    @ParameterizedTest
    @CsvSource({"sk_test_abcdefgh,pm_card_visa,https://api.stripe.com", "rk_live_abcdefgh,,https://api.stripe.com",
            "sk_test_abcdefgh,,http://localhost:12111"})
    void shouldBeContent(String key, String method, String url) {
        // When
        Optional<String> missing = TestStripe.settings(key, method, url).missing();

        // Then
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldNotLetACallOutlastItsLease() {
        // When
        Optional<String> missing = new StripeSettings(Optional.of("sk_test_abcdefgh"), Optional.empty(), STRIPE,
                Duration.ofHours(23), Duration.ofMinutes(10), Optional.empty(), Duration.ofHours(1), Duration.ofSeconds(2),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60)).missing();

        // Then
        assertThat(missing).get().asString().contains("payment.charge.lease");
    }

    @Test
    void shouldNotTrustAKeyForLongerThanStripeKeepsIt() {
        // When
        Optional<String> missing = new StripeSettings(Optional.of("sk_test_abcdefgh"), Optional.empty(), STRIPE,
                Duration.ofHours(24), Duration.ofMinutes(10), Optional.empty(), Duration.ofHours(1), Duration.ofSeconds(2),
                Duration.ofSeconds(8),
                Duration.ofSeconds(60)).missing();

        // Then
        assertThat(missing).get().asString().contains("payment.provider.stripe.key-life");
    }

    @Test
    void shouldTakeAPaymentMethodOfStripesAsItIs() {
        // Given
        StripeSettings settings = TestStripe.settings("sk_test_abcdefgh", "pm_card_visa", STRIPE);

        // When
        String own = settings.paymentMethod("pm_1Abc").orElseThrow();
        String standIn = settings.paymentMethod("card").orElseThrow();

        // Then
        assertThat(own).isEqualTo("pm_1Abc");
        assertThat(standIn).isEqualTo("pm_card_visa");
    }
}
