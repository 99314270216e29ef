package io.payroute.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Reads what the broker and the mail server know. */
final class Measures {

    private static final int SECONDS = 60;
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();

    private Measures() {
    }

    /** Records that each group has not yet committed. @param topics the topic of each group */
    static Map<String, Long> lags(String bootstrapServers, Map<String, String> topics) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, SECONDS * 1000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, SECONDS * 100))) {
            Map<String, Long> lags = new HashMap<>();
            for (Map.Entry<String, String> one : topics.entrySet()) {
                lags.put(one.getKey(), lag(admin, one.getKey(), one.getValue()));
            }
            return lags;
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The lag cannot be read: " + e, e);
        }
    }

    private static long lag(Admin admin, String group, String topic)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> partitions = admin.describeTopics(List.of(topic)).allTopicNames()
                .get(SECONDS, TimeUnit.SECONDS).get(topic).partitions().stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata().get(SECONDS, TimeUnit.SECONDS);
        return admin.listOffsets(partitions).all().get(SECONDS, TimeUnit.SECONDS).entrySet().stream()
                .mapToLong(end -> end.getValue().offset()
                        - (committed.get(end.getKey()) == null ? 0 : committed.get(end.getKey()).offset()))
                .sum();
    }

    /** How often each Message-ID was accepted. */
    static Map<String, Integer> mails(String mailUrl) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(mailUrl + "/message-ids")).timeout(Duration.ofSeconds(SECONDS))
                .build();
        try {
            Map<String, Integer> mails = new LinkedHashMap<>();
            HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body().lines().map(line -> line.split(" ", 2))
                    .forEach(line -> mails.put(line[1], Integer.valueOf(line[0])));
            return mails;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("The mails cannot be read: " + e, e);
        }
    }
}
