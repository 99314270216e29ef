package io.payroute.platform.config;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.runtime.configuration.ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmbeddedServersConfigSourceTest {

    private static final String KAFKA_KEY = "embedded.kafka.bootstrap-servers";

    private final Map<String, String> config = new HashMap<>();
    private final AtomicInteger starts = new AtomicInteger();
    private final EmbeddedServersConfigSource source = new EmbeddedServersConfigSource(config::get, config::get, () -> {
        starts.incrementAndGet();
        return Map.of(KAFKA_KEY, "127.0.0.1:9092");
    }, () -> "operator:made");

    @Test
    void shouldStartTheServersOnlyWhenAnAddressIsRequested() {
        // Given
        source.getPropertyNames();
        source.getValue("quarkus.http.port");
        assertThat(source.getValue("payroute.mode")).isEqualTo("embedded");
        assertThat(starts).hasValue(0);

        // When
        String address = source.getValue(KAFKA_KEY);

        // Then
        assertThat(address).isEqualTo("127.0.0.1:9092");
        assertThat(starts).hasValue(1);
    }

    @Test
    void shouldHaveAnOperatorInEmbeddedModeAlone() {
        // Given
        assertThat(source.getValue("payroute.http.tokens")).isEqualTo("operator:made");

        // When
        config.put("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");

        // Then
        assertThat(source.getValue("payroute.http.tokens")).isNull();
    }

    @Test
    void shouldHaveTheConsoleForRoutesInEmbeddedModeAlone() {
        // Given
        assertThat(source.getValue("payroute.hawtio.enabled")).isEqualTo("true");

        // When
        config.put("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");

        // Then
        assertThat(source.getValue("payroute.hawtio.enabled")).isEqualTo("false");
    }

    @Test
    void shouldTellOnceThatTheServersDoNotStart() {
        // Given
        EmbeddedServersConfigSource failing = new EmbeddedServersConfigSource(config::get, config::get, () -> {
            throw new ConfigurationException("Port 9092 is taken");
        }, () -> "operator:made");
        assertThatThrownBy(() -> failing.getValue(KAFKA_KEY)).hasMessage("Port 9092 is taken");

        // When
        String next = failing.getValue("embedded.postgres.payment.jdbc-url");

        // Then
        assertThat(next).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KAFKA_BOOTSTRAP_SERVERS", "PAYMENT_JDBC_URL", "NOTIFICATION_JDBC_URL", "SMTP_HOST",
            "kafka.bootstrap-servers", "payment.jdbc.url", "notification.jdbc.url", "smtp.host"})
    void shouldBeExternalWithAnyExternalAddress(String variable) {
        // Given
        config.put(variable, "somewhere");

        // When
        String mode = source.getValue("payroute.mode");

        // Then
        assertThat(mode).isEqualTo("external");
    }

    @Test
    void shouldBeEmbeddedWhenAddressesFallBackToTheEmbeddedServers() {
        // Given
        config.put("payment.jdbc.url", "${PAYMENT_JDBC_URL:${embedded.postgres.payment.jdbc-url}}");

        // When
        String mode = source.getValue("payroute.mode");

        // Then
        assertThat(mode).isEqualTo("embedded");
    }

    @Test
    void shouldNameWhatIsSetAndWhatIsMissing() {
        // Given
        config.put("PAYMENT_JDBC_URL", "jdbc:postgresql://db/payment");

        // When
        assertThatThrownBy(() -> source.getValue(KAFKA_KEY))

                // Then
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS is missing, while PAYMENT_JDBC_URL");
        assertThat(starts).hasValue(0);
    }

    @Test
    void shouldNameTheRoleThatNeedsAMissingDatabase() {
        // Given
        config.put("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");

        // When
        assertThatThrownBy(() -> source.getValue("embedded.postgres.notification.jdbc-url"))

                // Then
                .hasMessageContaining("NOTIFICATION_JDBC_URL is missing").hasMessageContaining("ROLE_NOTIFICATION=false");
    }

    @Test
    void shouldNeedNoDatabaseForARoleThatIsOff() {
        // Given
        config.put("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");
        config.put("role.notification", "false");

        // When
        String url = source.getValue("embedded.postgres.notification.jdbc-url");

        // Then
        assertThat(url).isEmpty();
    }

    @Test
    void shouldSayThatThePackageHoldsNoEmbeddedServers() {
        // Given
        config.put("payroute.embedded.home", "target/no-such-folder");

        // When
        assertThatThrownBy(() -> EmbeddedServersHome.requireClassPath(config.get("payroute.embedded.home")))

                // Then
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS")
                .hasMessageContaining("not part of this package");
    }
}
