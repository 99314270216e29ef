package io.payroute.crash;

import java.time.Duration;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Makes one server after the other unavailable to a running application: what is good waits, nothing is put aside as dead. */
class OutageIT {

    private static final int PAYMENTS = 120;
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final Duration AWAY = Duration.ofSeconds(4);

    private static TestBed bed;

    @BeforeAll
    static void start() {
        bed = new TestBed("outages");
        // The outages last longer than the leases of what the servers had in hand.
        bed.launch(Map.of("notification.lease", "3s")).awaitReady();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void shouldSurviveTheDeathOfTheBroker() throws Exception {
        // Given
        Load load = startLoad("broker");

        // When
        bed.kafka.kill();
        stayUnavailable();
        bed.kafka.start();

        // Then
        finish("broker", load);
    }

    @Test
    void shouldSurviveTheDeathOfTheDatabase() throws Exception {
        // Given
        Load load = startLoad("database");

        // When
        bed.postgres.kill();
        stayUnavailable();
        bed.postgres.start();

        // Then
        finish("database", load);
    }

    @Test
    void shouldSendTheMailsOfAnOutageAfterIt() throws Exception {
        // Given
        bed.killSmtp();

        // When
        Load load = startLoad("smtp");
        load.finish();
        bed.smtp.start();

        // Then
        finish("smtp", load);
    }

    private static Load startLoad(String name) {
        Load load = bed.load(name, PAYMENTS, INTERVAL, TestBed.seed("OutageIT." + name));
        Awaitility.await().atMost(TestBed.PATIENCE).untilAsserted(() -> assertThat(load.answered()).isGreaterThan(20));
        return load;
    }

    private static void stayUnavailable() {
        long start = System.nanoTime();
        Awaitility.await().atMost(TestBed.PATIENCE)
                .untilAsserted(() -> assertThat(System.nanoTime() - start).isGreaterThan(AWAY.toNanos()));
    }

    private static void finish(String name, Load load) throws Exception {
        load.finish();
        bed.drain();
        bed.check("OutageIT." + name + " retries=" + load.retries());
    }
}
