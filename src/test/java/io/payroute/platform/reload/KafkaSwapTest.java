package io.payroute.platform.reload;

import java.nio.file.Path;
import java.util.Map;

import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.camel.component.kafka.PollOnError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.embedded.SecuredKafka;
import io.payroute.platform.kafka.KafkaClients;
import io.payroute.platform.reload.RouteSwap.Change;
import io.smallrye.config.SmallRyeConfigBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Camel starts a route from Kafka whatever becomes of its consumer; what ran stays where that would take nothing. */
class KafkaSwapTest extends SwapBed {

    private static final String NOBODY = "127.0.0.1:9";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"saslJaasConfig: nonsense | Login module", "brokers: nowhere.invalid:1 | bootstrap"})
    void shouldKeepWhatRunsWhenAConsumerCannotBeMade(String option, String why) throws Exception {
        // Given
        kafka(Map.of("kafka.bootstrap-servers", NOBODY));
        String old = consumer("brokers: " + NOBODY);
        load("k", old);

        // When
        Throwable failure = catchThrowable(() -> swap(new Change("k", old, consumer("securityProtocol: SASL_PLAINTEXT\n        "
                + "saslMechanism: PLAIN\n        " + option))));

        // Then
        assertThat(failure).isInstanceOf(RouteFailedException.class).hasMessageStartingWith("Route 'k' cannot be started: ")
                .hasMessageContaining(why);
        assertThat(options()).doesNotContain("SASL");
    }

    @Test
    void shouldKeepWhatRunsWhenTheBrokerRefusesACredential() throws Exception {
        try (SecuredKafka kafka = SecuredKafka.start(folder, "SASL_PLAINTEXT")) {
            // Given
            kafka(Map.of("kafka.bootstrap-servers", kafka.client().get("kafka.bootstrap-servers")));
            String sasl = "securityProtocol: SASL_PLAINTEXT\n        saslMechanism: PLAIN\n        saslJaasConfig: '"
                    + kafka.client().get("kafka.sasl.jaas.config") + "'";
            String old = consumer(sasl);
            load("k", old);

            // When
            Throwable failure = catchThrowable(() -> swap(new Change("k", old, consumer(sasl.replace("only", "evil")))));

            // Then
            assertThat(failure).isInstanceOf(RouteFailedException.class)
                    .hasMessageStartingWith("Route 'k' cannot be started: ").hasMessageNotContaining("for-this-test");
            assertThat(options()).contains("for-this-test-only");
        }
    }

    @Test
    void shouldNotBlameARouteForABrokerThatIsAway() throws Exception {
        // Given
        kafka(Map.of("kafka.bootstrap-servers", NOBODY));
        String old = consumer("brokers: " + NOBODY);
        load("k", old);

        // When
        swap(new Change("k", old, consumer("maxPollRecords: 7")));

        // Then
        assertThat(options()).contains("maxPollRecords=7");
    }

    private String options() {
        assertThat(context.getRoute("k").getConsumer()).isInstanceOf(KafkaConsumer.class);
        return context.getRoute("k").getEndpoint().getEndpointUri();
    }

    private void kafka(Map<String, String> config) {
        KafkaClients clients = new KafkaClients(new SmallRyeConfigBuilder().withDefaultValues(config).build());
        KafkaComponent component = new KafkaComponent();
        component.getConfiguration().setBrokers(config.get("kafka.bootstrap-servers"));
        component.getConfiguration().setPollOnError(PollOnError.RECONNECT);
        component.setKafkaClientFactory(clients);
        context.addComponent("kafka", component);
    }

    private static String consumer(String parameters) {
        return "- route:\n    id: k\n    from:\n      uri: kafka:in\n      parameters:\n        groupId: test\n        "
                + parameters + "\n      steps:\n" + says("x");
    }
}
