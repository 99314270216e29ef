package io.payroute.platform.reload;

import java.time.Duration;
import java.util.Properties;

import org.apache.camel.Endpoint;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Whether a route from Kafka will get in. Camel makes its consumer on a thread of its own and tries again for ever: a route whose
 * servers or credentials cannot be read, or are refused, would count as started and take nothing.
 */
final class KafkaStart {

    /** A broker that is away for longer is no fault of the route. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private KafkaStart() {
    }

    /**
     * Connects as the new one would; where nothing about that has changed, what runs is proof enough.
     *
     * @param running null when there is none
     * @throws RuntimeException as Kafka says it
     */
    static void require(Endpoint running, Endpoint next) {
        if (next instanceof KafkaEndpoint kafka
                && !(running instanceof KafkaEndpoint before && properties(before).equals(properties(kafka)))) {
            try (Consumer<?, ?> consumer = clients(kafka).getConsumer(properties(kafka))) {
                consumer.partitionsFor(kafka.getConfiguration().getTopic().split(",")[0], PATIENCE);
            } catch (RetriableException away) {
                // The consumer itself will go on trying.
            }
        }
    }

    private static Properties properties(KafkaEndpoint endpoint) {
        Properties properties = endpoint.getConfiguration().createConsumerProperties();
        endpoint.updateClassProperties(properties);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, clients(endpoint).getBrokers(endpoint.getConfiguration()));
        // It looks, and joins nobody.
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return properties;
    }

    private static KafkaClientFactory clients(KafkaEndpoint endpoint) {
        return endpoint.getComponent().getKafkaClientFactory();
    }
}
