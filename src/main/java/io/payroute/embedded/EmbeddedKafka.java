package io.payroute.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

/**
 * A Kafka broker and controller in one node, with its data kept. Every replication factor is 1, here only: a single node
 * cannot do more, and keeps what it was given as long as the disk lives.
 */
final class EmbeddedKafka implements EmbeddedServer {

    /** Fixed, so that formatting again an already or half formatted folder changes nothing. */
    private static final String CLUSTER_ID = "cGF5cm91dGUtZW1iZWRkZQ";
    private static final int NODE_ID = 1;

    /** A killed broker counts as alive to its own controller until its session ends, hence the short session. */
    private static final String SETTINGS = """
            process.roles=broker,controller
            node.id=1
            controller.listener.names=CONTROLLER
            auto.create.topics.enable=true
            num.partitions=8
            default.replication.factor=1
            min.insync.replicas=1
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=8
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=8
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            share.coordinator.state.topic.num.partitions=1
            broker.session.timeout.ms=2000
            broker.heartbeat.interval.ms=500
            group.initial.rebalance.delay.ms=0
            num.network.threads=2
            num.io.threads=4
            background.threads=2
            num.recovery.threads.per.data.dir=2
            log.segment.bytes=134217728
            log.cleaner.dedupe.buffer.size=4194304
            """;

    private final Path data;
    private final int port;
    private final Map<String, String> more;
    private KafkaRaftServer server;

    /** @param more settings beside ours, or in their place */
    EmbeddedKafka(Path data, int wantedPort, Map<String, String> more) {
        this.data = data;
        this.port = Ports.choose(wantedPort, "Kafka", "payroute.embedded.kafka-port");
        this.more = more;
    }

    @Override
    public void start() {
        try {
            format(data);
            Properties settings = settings(data, port, Ports.anyFree());
            settings.putAll(more);
            server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
            server.startup();
        } catch (Exception e) {
            throw new IllegalStateException("Kafka did not start in " + data + ": " + e, e);
        }
    }

    private static void format(Path data) throws Exception {
        new Formatter().setClusterId(CLUSTER_ID).setNodeId(NODE_ID).addDirectory(data.toString()).setIgnoreFormatted(true)
                .setMetadataLogDirectory(data.toString()).setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION).setPrintStream(System.out).run();
    }

    private static Properties settings(Path data, int port, int controllerPort) throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(SETTINGS));
        settings.setProperty("log.dirs", data.toString());
        settings.setProperty("listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        return settings;
    }

    @Override
    public Map<String, String> addresses() {
        return Map.of("embedded.kafka.bootstrap-servers", "127.0.0.1:" + port);
    }

    @Override
    public boolean isAlive() {
        return Ports.isOpen(port);
    }

    @Override
    public void stop() {
        server.shutdown();
        server.awaitShutdown();
    }
}
