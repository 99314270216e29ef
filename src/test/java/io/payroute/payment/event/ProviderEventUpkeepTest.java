package io.payroute.payment.event;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.payroute.platform.kafka.RoleTopics;
import io.smallrye.config.SmallRyeConfigBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProviderEventUpkeepTest {

    private final ProviderEventUpkeep upkeep = new ProviderEventUpkeep();

    @Test
    void shouldHaveATopicForEachProviderThatIsLetIn() {
        // Given
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder()
                .withDefaultValue("provider.stripe.webhook-secrets", "whsec_1")
                .withDefaultValue("provider.my-bank.webhook-secrets", "secret")
                .withDefaultValue("PROVIDER_ADYEN_WEBHOOK_SECRETS", "00")
                .withDefaultValue("PROVIDER_YOUR_BANK_WEBHOOK_SECRETS", "secret")
                .withDefaultValue("provider.paypal.cert-timeout", "no secret of events");

        // When
        RoleTopics topics = upkeep.topics(config.build(), "payments.raw", "stripe");

        // Then
        assertThat(topics.produced()).containsExactly("payments.raw.adyen", "payments.raw.my-bank", "payments.raw.stripe",
                "payments.raw.your-bank");
    }

    @Test
    void shouldHaveATopicForTheSandboxWhereItIsUsed() {
        // When
        RoleTopics topics = upkeep.topics(new SmallRyeConfigBuilder().build(), "payments.raw", "sandbox");

        // Then
        assertThat(topics.produced()).containsExactly("payments.raw.sandbox");
    }

    @Test
    void shouldForgetNoEventThatItsProviderMayRepeat() {
        // When
        assertThatThrownBy(() -> upkeep.providerEvents(Duration.ofDays(29)))

                // Then
                .hasMessageContaining("retention.provider-events is 29 days; it must be at least 30");
    }
}
