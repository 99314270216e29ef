package io.payroute.platform.health;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.testing.Beans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ServerWatchTest {

    private static final Logger LOG = Logger.getLogger(ServerWatch.class.getName());

    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean up = new AtomicBoolean(true);
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord line) {
            said.add(new SimpleFormatter().formatMessage(line).formatted(line.getParameters()));
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };
    private final WatchedServer server = new WatchedServer("kafka", "kafka.bootstrap-servers", "kafka:9092",
            Duration.ofMillis(50), () -> {
                if (!up.get()) {
                    throw new IOException("Connection refused");
                }
            });
    private final ServerWatch watch = new ServerWatch(Beans.of(() -> List.of(server)));

    @BeforeEach
    void listen() {
        LOG.addHandler(log);
    }

    @AfterEach
    void stop() {
        watch.stop(null);
        LOG.removeHandler(log);
    }

    @Test
    void shouldSayOnceThatAServerIsUnavailableAndOnceThatItIsBack() {
        // Given
        watch.start(null);
        await().untilAsserted(() -> assertThat(watch.isUp("kafka")).isTrue());
        assertThat(said).isEmpty();

        // When
        up.set(false);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(said).isNotEmpty());
        await().during(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(watch.isUp("kafka")).isFalse());
        up.set(true);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(watch.isUp("kafka")).isTrue());

        // Then
        assertThat(said).hasSize(2).first().asString().contains("server-unreachable", "kafka:9092",
                "setting=kafka.bootstrap-servers", "Connection refused");
        assertThat(said).last().asString().contains("server-back", "kafka:9092");
    }

    @Test
    void shouldProbeOthersWhileOneDoesNotAnswer() {
        // Given
        CountDownLatch answer = new CountDownLatch(1);
        watch.watch(new WatchedServer("silent", "payment.jdbc.url", "db:5432", Duration.ofMillis(50), answer::await));

        // When
        watch.watch(server);

        // Then
        await().untilAsserted(() -> assertThat(watch.isUp("kafka")).isTrue());
        assertThat(watch.isUp("silent")).isFalse();
        answer.countDown();
    }

    @Test
    void shouldShowNoPasswordOfADatabase() {
        assertThat(WatchedDatabases.address("jdbc:postgresql://me:secret@db:5432/payment?password=secret"))
                .isEqualTo("jdbc:postgresql://db:5432/payment");
    }
}
