package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;

/**
 * How many events wait in Kafka for each consumer that runs here, as the broker sees it: a consumer that hangs, or none, shows.
 * A process that runs no consumer of a group says nothing of it; all that run one say the same.
 */
@ApplicationScoped
class ConsumerLag {

    private record Reader(String group, String topic, boolean isPattern) {
    }

    private final CamelContext camel;
    private final MultiGauge gauge;
    private final Duration interval;
    private long measuredAt;

    ConsumerLag(CamelContext camel, MeterRegistry meters, @ConfigProperty(name = "metrics.queue-interval") Duration interval) {
        this.camel = camel;
        this.interval = interval;
        this.measuredAt = System.nanoTime() - interval.toNanos();
        this.gauge = MultiGauge.builder("payroute.kafka.lag").description("Events that wait in Kafka for a consumer")
                .register(meters);
    }

    /** Asks the broker, where the last time is long enough ago. @throws ExecutionException when it refused */
    void measure(Admin admin, int timeoutMs)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (System.nanoTime() - measuredAt < interval.toNanos()) {
            return;
        }
        measuredAt = System.nanoTime();
        Set<Reader> readers = camel.getRoutes().stream().map(route -> route.getEndpoint())
                .filter(KafkaEndpoint.class::isInstance)
                .map(endpoint -> ((KafkaEndpoint) endpoint).getConfiguration()).map(ConsumerLag::reader)
                .collect(Collectors.toSet());
        if (readers.isEmpty()) {
            return;
        }
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = admin.listConsumerGroupOffsets(readers.stream()
                .collect(Collectors.toMap(Reader::group, reader -> new ListConsumerGroupOffsetsSpec(), (one, same) -> one)))
                .all().get(timeoutMs, TimeUnit.MILLISECONDS);
        Set<Reader> reading = readers.stream()
                .flatMap(reader -> reader.isPattern ? named(reader.group(), committed.get(reader.group())) : Stream.of(reader))
                .collect(Collectors.toSet());
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        admin.describeTopics(reading.stream().map(Reader::topic).distinct().toList())
                .allTopicNames().get(timeoutMs, TimeUnit.MILLISECONDS)
                .forEach((topic, description) -> description.partitions().forEach(partition -> {
                    latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
                    earliest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.earliest());
                }));
        Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(latest).all().get(timeoutMs,
                TimeUnit.MILLISECONDS);
        Map<TopicPartition, ListOffsetsResultInfo> begins = admin.listOffsets(earliest).all().get(timeoutMs,
                TimeUnit.MILLISECONDS);
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Reader reader : reading) {
            long lag = 0;
            for (TopicPartition partition : latest.keySet()) {
                if (partition.topic().equals(reader.topic())) {
                    OffsetAndMetadata offset = committed.get(reader.group()).get(partition);
                    long begin = begins.get(partition).offset();
                    lag += ends.get(partition).offset() - (offset == null ? begin : Math.max(begin, offset.offset()));
                }
            }
            rows.add(MultiGauge.Row.of(Tags.of("group", reader.group(), "topic", reader.topic()), Math.max(0, lag)));
        }
        gauge.register(rows, true);
    }

    /** Which topics a pattern has found shows in what their consumers have committed. */
    private static Stream<Reader> named(String group, Map<TopicPartition, OffsetAndMetadata> committed) {
        return committed.keySet().stream().map(TopicPartition::topic).distinct().map(topic -> new Reader(group, topic, false));
    }

    private static Reader reader(KafkaConfiguration configuration) {
        return new Reader(configuration.getGroupId(), configuration.getTopic(), configuration.isTopicIsPattern());
    }
}
