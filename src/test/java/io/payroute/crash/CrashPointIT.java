package io.payroute.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends the application exactly at each point around commits, sends and acknowledgements while callers pay. The next start, with
 * the next point, finds what the one before left; after the last point a start without one finishes all. Keys carry the name of
 * the point, so that a violation names its cause.
 */
class CrashPointIT {

    private static final List<String> POINTS = List.of("accept-before-commit", "accept-after-commit", "relay-before-send",
            "relay-after-send-before-commit", "record-before-commit", "record-after-commit-before-offset",
            "batch-done-before-offset", "claim-after-commit", "charge-after-provider-before-settle", "settle-after-commit",
            "operation-before-commit", "operation-after-commit", "operation-claimed", "operation-after-provider-before-settle",
            "operation-settled", "notify-before-commit", "notify-after-commit-before-answer", "mail-before-send",
            "mail-after-send-before-mark",
            "webhook-record-before-commit", "webhook-record-after-commit-before-offset", "provider-event-before-store",
            "provider-event-after-store",
            "provider-event-before-apply-commit", "provider-event-after-apply-commit", "webhook-before-send",
            "webhook-after-send-before-mark");
    private static final int PAYMENTS = 30;
    /** The first passing sees one payment; at this one there is company. Few enough, for what comes in batches. */
    private static final int PASSING = 2;
    private static final int KILLED = 137;

    private static TestBed bed;

    @BeforeAll
    static void startServers() {
        bed = new TestBed("points");
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @TestFactory
    Stream<DynamicTest> shouldLoseAndDoubleNothingAt() {
        long seed = TestBed.seed("CrashPointIT");
        List<Load> loads = new ArrayList<>();
        return Stream.concat(POINTS.stream().map(point -> DynamicTest.dynamicTest(point, () -> crashAt(point, seed, loads))),
                Stream.of(DynamicTest.dynamicTest("in the end", () -> finish(seed, loads))));
    }

    private static void crashAt(String point, long seed, List<Load> loads) throws InterruptedException {
        // Given
        ApplicationProcess application = bed
                .launch(Map.of("payroute.crash-point", point, "payroute.crash-passing", Integer.toString(PASSING)));

        // When
        loads.add(bed.load(point, PAYMENTS, Duration.ofMillis(30), seed + loads.size()));
        Integer exit = application.awaitExit(TestBed.PATIENCE);
        application.kill();
        bed.countKill();

        // Then
        assertThat(exit).as("The application must end at this point").isEqualTo(KILLED);
        System.out.println("point=" + point + " lifeMs=" + application.age().toMillis());
    }

    private static void finish(long seed, List<Load> loads) throws Exception {
        // Given
        ApplicationProcess application = bed.start();

        // When
        for (Load load : loads) {
            load.finish();
        }
        bed.drain();

        // Then
        bed.check("CrashPointIT seed=" + seed);
        application.close();
    }
}
