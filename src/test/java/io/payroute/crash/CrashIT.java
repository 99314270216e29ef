package io.payroute.crash;

import java.time.Duration;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends the application at random moments while callers pay, now by SIGTERM, mostly by kill -9, and counts what is left of it. The
 * mail server and the receiver of webhooks fail in every way meanwhile.
 */
class CrashIT {

    private static final boolean ALL = "all".equals(System.getProperty("crash.points"));
    private static final int KILLS = ALL ? 12 : 3;
    private static final int PAYMENTS = KILLS * 75;
    /** Most of a life's time, counted from when it answers. */
    private static final int LIFE_MILLIS = 2500;
    /** From the launch to about where work that was left is taken up, before the first request is answered. */
    private static final int RECOVERY_MILLIS = 2500;
    /** A provider that takes its time leaves more to interrupt. */
    private static final Map<String, String> WIDE_WINDOWS = Map.of("payment.provider.sandbox.latency-max", "100ms");

    private static TestBed bed;

    @BeforeAll
    static void startServers() {
        bed = TestBed.withMailFaults("random", TestBed.seed("CrashIT.mail"));
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @Test
    void shouldLoseAndDoubleNothingWhenEndedAtRandomMoments() throws Exception {
        // Given
        long seed = TestBed.seed("CrashIT");
        Random random = new Random(seed);
        Load load = bed.load("random", PAYMENTS, Duration.ofMillis(70), seed);

        // When
        for (int kill = 0; kill < KILLS; kill++) {
            ApplicationProcess application = bed.launch(WIDE_WINDOWS);
            boolean whileStarting = kill % 3 == 2;
            int life = random.nextInt(LIFE_MILLIS) + (whileStarting ? RECOVERY_MILLIS : 0);
            long startMillis = whileStarting ? 0 : application.awaitReady().age().toMillis();
            assertThat(application.awaitExit(Duration.ofMillis(life))).as("The application ended by itself").isNull();
            boolean asked = kill % 4 == 1;
            if (asked) {
                application.close();
            } else {
                application.kill();
                bed.countKill();
            }
            System.out.println("kill=" + (kill + 1) + " lifeMs=" + life + " startMs=" + startMillis + " sigterm=" + asked);
        }
        bed.start();

        // Then
        load.finish();
        bed.restoreMail();
        bed.drain();
        bed.check("CrashIT seed=" + seed + " retries=" + load.retries());
    }
}
