package io.payroute.platform.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

import io.payroute.platform.config.EmbeddedServersProcess;
import io.payroute.platform.config.Preparations;
import io.payroute.platform.health.ServerWatch;
import io.payroute.platform.health.WatchedServer;
import io.quarkus.arc.Unremovable;

/** The broker, and whether our topics are there; those that may be made are made before the first route needs them. */
@ApplicationScoped
@Unremovable
class WatchedKafka implements WatchedServer.Source, Preparations {

    static final String NAME = "kafka";
    private static final Logger LOG = Logger.getLogger(WatchedKafka.class);
    private static final int TIMEOUT_MS = 3_000;

    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final ConsumerLag lag;
    private Admin admin;

    WatchedKafka(KafkaClients clients, KafkaTopics topics, ConsumerLag lag) {
        this.clients = clients;
        this.topics = topics;
        this.lag = lag;
    }

    @Override
    public List<WatchedServer> servers() {
        return List.of(new WatchedServer(NAME, "kafka.bootstrap-servers", clients.brokers(), ServerWatch.OFTEN, this::probe));
    }

    @Override
    public List<Task> tasks() {
        return List.of(this::probeFirst);
    }

    /** A broker that is unavailable now is probed again by the watch. */
    private void probeFirst() throws InterruptedException {
        try {
            EmbeddedServersProcess.await(NAME);
            probe();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.debug("event=kafka-not-probed", e);
        }
    }

    private synchronized void probe() throws Exception {
        if (admin == null) {
            admin = clients.admin(TIMEOUT_MS);
        }
        admin.describeCluster().clusterId().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        topics.ensure(admin);
        measureLag();
    }

    /** A broker may refuse to say it, and is there all the same. */
    private void measureLag() throws InterruptedException {
        try {
            lag.measure(admin, TIMEOUT_MS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("event=lag-not-measured", e);
        }
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
