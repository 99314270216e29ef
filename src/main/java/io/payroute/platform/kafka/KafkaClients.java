package io.payroute.platform.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.eclipse.microprofile.config.Config;

/**
 * Every client of Kafka is made here: those of the routes, and the one that checks the broker and its topics. So all of
 * them reach a broker that requires TLS or a password, or none does. What they need is {@code kafka.} and Kafka's own name of
 * a setting, {@code kafka.security.protocol} or {@code kafka.sasl.jaas.config}; the settings of the routes' endpoints stay
 * the component's, which is told of this factory by its name.
 */
@Singleton
@Named("kafkaClients")
public class KafkaClients extends DefaultKafkaClientFactory {

    private static final String PREFIX = "kafka.";
    private static final List<String> SETTINGS = List.of("security.", "sasl.", "ssl.", "client.dns.lookup");

    private final Map<String, Object> settings = new HashMap<>();
    private final String brokers;

    @Inject
    public KafkaClients(Config config) {
        brokers = config.getValue("kafka.bootstrap-servers", String.class);
        for (String name : AdminClientConfig.configNames()) {
            if (SETTINGS.stream().anyMatch(name::startsWith)) {
                config.getOptionalValue(PREFIX + name, String.class).ifPresent(value -> settings.put(name, value));
            }
        }
    }

    String brokers() {
        return brokers;
    }

    /** @param timeoutMs for a request, and for a call as a whole */
    Admin admin(int timeoutMs) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        return Admin.create(all);
    }

    @Override
    public Producer<?, ?> getProducer(Properties properties) {
        properties.putAll(settings);
        return super.getProducer(properties);
    }

    @Override
    public Consumer<?, ?> getConsumer(Properties properties) {
        properties.putAll(settings);
        return new EagerConsumer(properties);
    }
}
