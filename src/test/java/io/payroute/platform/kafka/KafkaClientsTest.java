package io.payroute.platform.kafka;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import jakarta.inject.Named;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.embedded.SecuredKafka;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.TestRoles;
import io.payroute.testing.Beans;
import io.smallrye.config.SmallRyeConfigBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class KafkaClientsTest {

    private static final RoleTopics TOPICS = new RoleTopics(PaymentRole.NAME, List.of("in"), List.of("out"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"SASL_PLAINTEXT", "SSL", "SASL_SSL"})
    void shouldReachASecuredBrokerWithEveryClient(String protocol) throws Exception {
        // Given
        try (SecuredKafka kafka = SecuredKafka.start(folder, protocol)) {
            KafkaClients clients = new KafkaClients(config(kafka.client()));
            Queue<String> received = new ConcurrentLinkedQueue<>();
            try (Admin admin = clients.admin(5_000);
                    DefaultCamelContext camel = camel(clients, received, "&pollTimeoutMs=200")) {
                topics(true).ensure(admin);
                camel.start();

                // When
                camel.createProducerTemplate().sendBody("direct:send", "paid");

                // Then
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(received).containsExactly("paid"));
            }
        }
    }

    @Test
    void shouldNotLetASingleRecordOfABatchWaitForThePollOfAnIdleConsumer() throws Exception {
        // Given
        try (SecuredKafka kafka = SecuredKafka.start(folder, "SASL_PLAINTEXT")) {
            KafkaClients clients = new KafkaClients(config(kafka.client()));
            Queue<String> received = new ConcurrentLinkedQueue<>();
            try (Admin admin = clients.admin(5_000);
                    DefaultCamelContext camel = camel(clients, received,
                            "&batching=true&batchingIntervalMs=50&pollTimeoutMs=20000&maxPollRecords=500")) {
                topics(true).ensure(admin);
                camel.start();

                // When
                camel.createProducerTemplate().sendBody("direct:send", "paid");

                // Then
                await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(received).hasSize(1));
                camel.getShutdownStrategy().setTimeout(1);
            }
        }
    }

    /** The component finds no factory by itself, and makes clients that know nothing of ours. */
    @Test
    void shouldBeTheFactoryOfTheRoutes() throws Exception {
        // Given
        Properties properties = new Properties();

        // When
        try (InputStream file = getClass().getResourceAsStream("/application.properties")) {
            properties.load(file);
        }

        // Then
        assertThat(properties).containsEntry("camel.component.kafka.kafka-client-factory",
                "#bean:" + KafkaClients.class.getAnnotation(Named.class).value());
    }

    @Test
    void shouldMakeMissingTopicsOnceAndAsToldOrNameThem() throws Exception {
        // Given
        try (SecuredKafka kafka = SecuredKafka.start(folder, "SASL_PLAINTEXT");
                Admin admin = new KafkaClients(config(kafka.client())).admin(5_000)) {
            KafkaTopics naming = topics(false);
            naming.ensure(admin);
            KafkaTopics making = topics(true);

            // When
            making.ensure(admin);
            making.ensure(admin);

            // Then
            assertThat(naming.missing()).containsExactlyInAnyOrder("in", "in.dlq", "out");
            assertThat(naming.canRead()).isFalse();
            assertThat(making.missing()).isEmpty();
            assertThat(making.canRead()).isTrue();
            var made = admin.describeTopics(List.of("in", "in.dlq", "out")).allTopicNames().get();
            assertThat(made.get("in").partitions()).hasSize(3);
            assertThat(made.get("in.dlq").partitions()).hasSize(1);
        }
    }

    @Test
    void shouldFailWithoutThePassword() throws Exception {
        // Given
        try (SecuredKafka kafka = SecuredKafka.start(folder, "SASL_PLAINTEXT")) {
            Map<String, String> wrong = new HashMap<>(kafka.client());
            wrong.replace("kafka.sasl.jaas.config", wrong.get("kafka.sasl.jaas.config").replace("only", "evil"));
            WatchedKafka watched = new WatchedKafka(new KafkaClients(config(wrong)), topics(true), null);

            // When
            assertThatThrownBy(() -> watched.servers().get(0).probe().at())

                    // Then
                    .hasStackTraceContaining("Authentication failed").satisfies(
                            failure -> assertThat(failure.toString()).doesNotContain("for-this-test"));
            watched.close();
        }
    }

    private static DefaultCamelContext camel(KafkaClients clients, Queue<String> received, String options) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        KafkaComponent component = new KafkaComponent();
        component.getConfiguration().setBrokers(clients.brokers());
        component.setKafkaClientFactory(clients);
        camel.addComponent("kafka", component);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:send").to("kafka:in");
                from("kafka:in?groupId=test&autoOffsetReset=earliest" + options).process(
                        exchange -> received.add(exchange.getMessage().getBody(String.class)));
            }
        });
        return camel;
    }

    private static KafkaTopics topics(boolean create) {
        return new KafkaTopics(TestRoles.payment(), Beans.of(TOPICS), create, 3, (short) -1, Duration.ofDays(7));
    }

    private static Config config(Map<String, String> values) {
        return new SmallRyeConfigBuilder().withDefaultValues(values).build();
    }
}
