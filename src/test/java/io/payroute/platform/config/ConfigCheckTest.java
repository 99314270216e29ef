package io.payroute.platform.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.docs.SourceKeys;
import io.payroute.platform.Defaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class ConfigCheckTest {

    private final Map<String, String> config = new HashMap<>();

    @Test
    void shouldTellEverythingThatIsWrongInOneMessage() {
        // Given
        config.putAll(Map.of("payment.accept.timeout", "5parsecs", "role.payment", "maybe", "payment.accept.flushers", "two",
                "payment.acept.batch-size", "5", "PAYMENT_ACCEPT_TIMOUT", "5s", "SMTP_HOST", "mail.test"));

        // When
        String message = told();

        // Then
        assertThat(message.lines().skip(1).map(String::strip)).satisfiesExactlyInAnyOrder(
                line -> assertThat(line).contains("payment.accept.timeout (PAYMENT_ACCEPT_TIMEOUT)", "duration", "5s"),
                line -> assertThat(line).contains("role.payment (ROLE_PAYMENT)", "true or false"),
                line -> assertThat(line).contains("payment.accept.flushers", "whole number"),
                line -> assertThat(line).contains("payment.acept.batch-size", "did you mean payment.accept.batch-size?"),
                line -> assertThat(line).contains("PAYMENT_ACCEPT_TIMOUT", "did you mean PAYMENT_ACCEPT_TIMEOUT?"),
                line -> assertThat(line).startsWith("KAFKA_BOOTSTRAP_SERVERS is missing"),
                line -> assertThat(line).startsWith("PAYMENT_JDBC_URL is missing"),
                line -> assertThat(line).startsWith("PAYMENT_JDBC_USERNAME is missing"),
                line -> assertThat(line).startsWith("PAYMENT_JDBC_PASSWORD is missing"),
                line -> assertThat(line).startsWith("NOTIFICATION_JDBC_URL is missing").contains("ROLE_NOTIFICATION=false"),
                line -> assertThat(line).startsWith("NOTIFICATION_JDBC_USERNAME is missing"),
                line -> assertThat(line).startsWith("NOTIFICATION_JDBC_PASSWORD is missing"),
                line -> assertThat(line).startsWith("INVENTORY_JDBC_URL is missing").contains("ROLE_INVENTORY=false"),
                line -> assertThat(line).startsWith("INVENTORY_JDBC_USERNAME is missing"),
                line -> assertThat(line).startsWith("INVENTORY_JDBC_PASSWORD is missing"),
                line -> assertThat(line).startsWith("USER_JDBC_URL is missing").contains("ROLE_USER=false"),
                line -> assertThat(line).startsWith("USER_JDBC_USERNAME is missing"),
                line -> assertThat(line).startsWith("USER_JDBC_PASSWORD is missing"),
                line -> assertThat(line).startsWith("PRODUCT_JDBC_URL is missing"),
                line -> assertThat(line).startsWith("PRODUCT_JDBC_USERNAME is missing"),
                line -> assertThat(line).startsWith("PRODUCT_JDBC_PASSWORD is missing"),
                line -> assertThat(line).startsWith("ORDER_JDBC_URL is missing"),
                line -> assertThat(line).startsWith("ORDER_JDBC_USERNAME is missing"),
                line -> assertThat(line).startsWith("ORDER_JDBC_PASSWORD is missing"),
                line -> assertThat(line).startsWith("AGGREGATOR_JDBC_URL is missing"),
                line -> assertThat(line).startsWith("AGGREGATOR_JDBC_USERNAME is missing"),
                line -> assertThat(line).startsWith("AGGREGATOR_JDBC_PASSWORD is missing"),
                line -> assertThat(line).startsWith("SMTP_PORT is missing"),
                line -> assertThat(line).startsWith("PAYROUTE_HTTP_TOKENS is missing"));
        assertThat(message).doesNotContain("parsecs", "mail.test");
    }

    @Test
    void shouldRequireTheFolderThatIsNamed() {
        // Given
        config.put("payroute.config", "/not/there");

        // When
        String message = told();

        // Then
        assertThat(message).contains("payroute.config (PAYROUTE_CONFIG) names no folder that is there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "FALSE", "no", "0"})
    void shouldRequireThatKafkaSaysWhatItHasAcknowledged(String value) {
        // Given
        config.put("camel.component.kafka.record-metadata", value);

        // When
        String message = told();

        // Then
        assertThat(message)
                .contains("camel.component.kafka.record-metadata (CAMEL_COMPONENT_KAFKA_RECORD_METADATA) must be true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"camel.main.routes-reload-enabled", "camel.main.context-reload-enabled",
            "camel.main.routesReloadEnabled", "CAMEL_MAIN_ROUTES_RELOAD_ENABLED", "CAMEL_MAIN_ROUTESRELOADENABLED",
            "CAMEL_MAIN_CONTEXT_RELOAD_ENABLED"})
    void shouldRefuseCamelsOwnReload(String key) {
        // Given
        config.put(key, "true");

        // When
        String message = told();

        // Then
        assertThat(message).contains(key + " must not be set",
                "Use payroute.config.watch, or POST /api/v1/routes/reload.");
    }

    @Test
    void shouldRequireNothingThatARoleWhichIsOffNeeds() {
        // Given
        config.putAll(
                Map.of("role.notification", "false", "role.inventory", "false", "role.user", "false", "role.product", "false",
                        "role.order", "false", "PAYMENT_JDBC_URL", "x",
                        "PAYMENT_JDBC_USERNAME", "x",
                        "PAYMENT_JDBC_PASSWORD", "x", "kafka.bootstrap-servers", "kafka:9092", "payroute.http.tokens", "x"));
        config.put("role.aggregator", "false");

        // When
        String message = told();

        // Then
        assertThat(message).isNull();
    }

    @ParameterizedTest
    @CsvSource({"payment.accept.timeout,5s", "payment.accept.timeout,1h30m", "payment.accept.timeout,500ms",
            "payment.accept.timeout,PT5S", "webhook.retry-schedule,'0s, 5s,5m'", "payment.charge.poll-interval,20ms",
            "payment.counts-interval,250ms", "role.payment,false", "webhook.retry-jitter,1", "kafka.topics.replication,-1",
            "payroute.http.max-body-size,65536",
            "payroute.http.max-body-size,1M",
            "payment.provider.acme.base-url,https://acme.test", "provider.acme.webhook-secrets,x",
            "PROVIDER_ACME_WEBHOOK_SECRETS,x",
            "kafka.sasl.client.callback.handler.class,x", "acme.key,x",
            "quarkus.log.level,DEBUG", "PAYMENT_SERVICE_HOST,10.0.0.1", "PAYMENT_PORT_8080_TCP,tcp://10.0.0.1:8080",
            "KAFKA_SASL_JAAS_CONFIG,x", "PAYROUTE_MODE,embedded", "WEBHOOK_SECRETS_KEY,x"})
    void shouldTakeWhatIsRightOrAnothers(String key, String value) {
        // Given
        config.put(key, value);

        // When
        String message = told();

        // Then
        assertThat(message).isNull();
    }

    @ParameterizedTest
    @CsvSource({"payroute.http.max-body-size,64kB,a size", "payment.accept.batch-size,-1,'a whole number, 0 or more'",
            "payment.provider.sandbox.decline-percent,101,from 0 to 100", "webhook.retry-jitter,-0.1,a number"})
    void shouldTakeNoNumberThatMeansNothing(String key, String value, String words) {
        // Given
        config.put(key, value);

        // When
        String message = told();

        // Then
        assertThat(message).contains(key).contains(words);
    }

    /** Java takes more words for true than a route does, so a role would be half on. */
    @ParameterizedTest
    @CsvSource({"role.payment,no", "role.payment,TRUE", "role.notification,1", "role.payment,'false '",
            "rate-limit.enabled,off",
            "webhook.allow-http,yes", "payment.tell-customers,on"})
    void shouldTakeTrueAndFalseAloneForAFlag(String key, String value) {
        // Given
        config.put(key, value);

        // When
        String message = told();

        // Then
        assertThat(message).contains(key + " (" + ConfigKeys.variable(key) + ") must be true or false.");
    }

    /** A number alone is milliseconds to one library and seconds to another. */
    @ParameterizedTest
    @CsvSource({"payment.charge.poll-interval,20", "metrics.queue-interval,5000", "retention.idempotency-keys,5000",
            "payment.provider.stripe.read-timeout,8000", "webhook.retry-schedule,'0s,5'"})
    void shouldTakeNoDurationWithoutAUnit(String key, String value) {
        // Given
        config.put(key, value);

        // When
        String message = told();

        // Then
        assertThat(message).contains(key).contains("a duration: a number and ms, s, m, h or d, such as 5s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"payment.unheard.of", "role.cashier", "payment.provider.stripe.apikey",
            "payment.provider.strpe.api-key",
            "webhook.secret-key", "smtp.user", "provider.strpe.webhook-secrets"})
    void shouldNotIgnoreAKeyThatDoesNotExist(String key) {
        // Given
        config.put(key, "x");

        // When
        String message = told();

        // Then
        assertThat(message).contains(key + " is no key of Payroute");
    }

    @ParameterizedTest
    @CsvSource({"PAYMENT_PROVIDER_STRIPE_WEBHOOK_SECRETS,PROVIDER_STRIPE_WEBHOOK_SECRETS",
            "payment.provider.acme.webhook-secrets,provider.acme.webhook-secrets",
            "PAYMENT_PROVIDER_MY_BANK_WEBHOOK_SECRETS,PROVIDER_MY_BANK_WEBHOOK_SECRETS",
            "payment.provider-events.tolerance,provider.signature-tolerance",
            "HEALTH_TOLERATED_ROUTES,PAYMENT_HEALTH_TOLERATED_ROUTES"})
    void shouldSayHowARenamedKeyIsCalledNow(String old, String now) {
        // Given
        config.put(old, "x");

        // When
        String message = told();

        // Then
        assertThat(message).contains(old + " is now " + now + ": rename it.");
    }

    /** What the code and the packaged configuration name is known, or a start with it would be refused. */
    @Test
    void shouldKnowEveryKeyOfTheSources() {
        assertThat(ConfigKeys.packagedOnes().kinds().keySet()).containsAll(SourceKeys.read());
    }

    @Test
    void shouldKnowTheKeysOfARoleFromItsFile() {
        // Given
        Defaults defaults = new Defaults(Defaults::packaged, List.of("payment", "toy"));

        // When
        ConfigKeys keys = ConfigKeys.of(defaults.all(), defaults.text());

        // Then
        assertThat(keys.kinds()).containsEntry("toy.memory", ConfigKeys.Kind.DURATION)
                .containsEntry("role.toy", ConfigKeys.Kind.FLAG).containsEntry("toy.signature", ConfigKeys.Kind.TEXT);
        assertThat(keys.isUnknown("toy.greting")).isTrue();
        assertThat(keys.meant("toy.greting")).contains("toy.greeting");
    }

    /** A role may be called as these keys begin. */
    @Test
    void shouldLeaveTheJvmItsOwnKeys() {
        assertThat(System.getProperties().stringPropertyNames()).filteredOn(ConfigKeys.packagedOnes()::isUnknown).isEmpty();
        assertThat(ConfigKeys.packagedOnes().isUnknown("user.home.dir")).isTrue();
    }

    @Test
    void shouldReadTheKindsFromTheDefaults() {
        // Given
        Properties defaults = new Properties();
        defaults.putAll(Map.of("a.pause", "5s", "a.pauses", "0s,5m", "a.count", "7", "a.part", "0.5", "a.on", "true", "a.url",
                "http://x"));

        // When
        Map<String, ConfigKeys.Kind> kinds = ConfigKeys
                .of(defaults, "# a.mail=\n# a.limit=100\n# a.body=64K\n# a.most=-1\n# a.loss-percent=0")
                .kinds();

        // Then
        assertThat(kinds).containsEntry("a.pause", ConfigKeys.Kind.DURATION).containsEntry("a.pauses", ConfigKeys.Kind.DURATION)
                .containsEntry("a.count", ConfigKeys.Kind.COUNT).containsEntry("a.part", ConfigKeys.Kind.DECIMAL)
                .containsEntry("a.on", ConfigKeys.Kind.FLAG).containsEntry("a.mail", ConfigKeys.Kind.TEXT)
                .containsEntry("a.limit", ConfigKeys.Kind.COUNT).containsEntry("a.url", ConfigKeys.Kind.TEXT)
                .containsEntry("a.body", ConfigKeys.Kind.SIZE).containsEntry("a.most", ConfigKeys.Kind.WHOLE)
                .containsEntry("a.loss-percent", ConfigKeys.Kind.PERCENT);
    }

    /** @return null when nothing is wrong */
    private String told() {
        ConfigCheck check = new ConfigCheck(ConfigKeys.packagedOnes(), config::get,
                new ExternalAddresses(config::get, config::get));
        Throwable wrong = catchThrowable(() -> check.check(List.copyOf(config.keySet()), List.of()));
        return wrong == null ? null : wrong.getMessage();
    }
}
