package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.payroute.platform.Causes;
import io.payroute.platform.Roles;

/**
 * The topics of the roles that are on: made where that is allowed, with what {@code kafka.topics.*} says, and otherwise named
 * in the log, each once, with what to do. A topic that is there is never changed.
 */
@ApplicationScoped
class KafkaTopics {

    private static final Logger LOG = Logger.getLogger(KafkaTopics.class);
    private static final int ANSWER_SECONDS = 3;
    private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(15);

    private final Set<String> consumed = new TreeSet<>();
    private final Set<String> needed = new TreeSet<>();
    private final boolean create;
    private final int partitions;
    private final short replication;
    private final Duration retention;
    private final Set<String> named = new TreeSet<>();
    private volatile Set<String> missing;
    private long lookedAt;

    KafkaTopics(Roles roles, @Any Instance<RoleTopics> topics, @ConfigProperty(name = "kafka.topics.create") boolean create,
            @ConfigProperty(name = "kafka.topics.partitions") int partitions,
            @ConfigProperty(name = "kafka.topics.replication") short replication,
            @ConfigProperty(name = "kafka.topics.retention") Duration retention) {
        for (RoleTopics role : topics) {
            if (roles.isActive(role.role())) {
                consumed.addAll(role.consumed());
                role.all().forEach(needed::add);
            }
        }
        this.create = create;
        this.partitions = partitions;
        this.replication = replication;
        this.retention = retention;
    }

    /** What was missing at the last check. */
    Set<String> missing() {
        return missing == null ? Set.of() : missing;
    }

    /** Whether all is there that this process reads; what it writes may be another's to make. */
    boolean canRead() {
        return Collections.disjoint(missing(), consumed);
    }

    /** Makes or names what is missing, now and then; once all are there it does nothing any more. */
    void ensure(Admin admin) throws Exception {
        if (missing != null && (missing.isEmpty() || System.nanoTime() - lookedAt < LOOK_AGAIN)) {
            return;
        }
        Map<String, Throwable> failures = new TreeMap<>(absent(admin));
        if (create && !failures.isEmpty()) {
            failures = create(admin, failures.keySet());
        }
        failures.forEach(this::name);
        if (failures.isEmpty() && !named.isEmpty()) {
            LOG.infof("event=topics-complete topics=%s", named);
        }
        missing = Set.copyOf(failures.keySet());
        lookedAt = System.nanoTime();
    }

    private Map<String, Throwable> absent(Admin admin) throws Exception {
        return failures(admin.describeTopics(needed).topicNameValues());
    }

    private Map<String, Throwable> create(Admin admin, Set<String> absent) throws Exception {
        Map<String, String> settings = Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        List<NewTopic> topics = absent.stream()
                .map(topic -> new NewTopic(topic, Optional.of(topic.endsWith(RoleTopics.DEAD_LETTERS) ? 1 : partitions),
                        replication < 0 ? Optional.empty() : Optional.of(replication)).configs(settings))
                .toList();
        Map<String, Throwable> failures = failures(admin.createTopics(topics).values());
        failures.values().removeIf(TopicExistsException.class::isInstance);
        Set<String> created = new TreeSet<>(absent);
        created.removeAll(failures.keySet());
        if (!created.isEmpty()) {
            LOG.infof("event=topics-created topics=%s", created);
        }
        return failures;
    }

    /** @throws Exception when the broker did not say */
    private static Map<String, Throwable> failures(Map<String, ? extends KafkaFuture<?>> answers) throws Exception {
        Map<String, Throwable> failures = new HashMap<>();
        for (Map.Entry<String, ? extends KafkaFuture<?>> answer : answers.entrySet()) {
            try {
                answer.getValue().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RetriableException transientCause
                        && !(transientCause instanceof UnknownTopicOrPartitionException)) {
                    throw transientCause;
                }
                failures.put(answer.getKey(), e.getCause());
            }
        }
        return failures;
    }

    private void name(String topic, Throwable failure) {
        if (named.add(topic)) {
            LOG.warnf("event=topic-missing topic=%s cause=\"%s\" remedy=\"%s\"", topic, Causes.brief(failure), create
                    ? "Create it, or let this process do so (docs/kafka.md)"
                    : "Create it, or set kafka.topics.create=true (docs/kafka.md)");
        }
    }
}
