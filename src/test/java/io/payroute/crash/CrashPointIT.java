package io.payroute.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends the application exactly at each point around commits, sends and acknowledgements while callers pay. The next start, with
 * the next point, finds what the one before left; after the last point a start without one finishes all. Keys carry the name of
 * the point, so that a violation names its cause.
 * <p>
 * Some points are drawn for each run, by its seed; {@code -Dcrash.points=all} takes all, and a list takes those that it names.
 */
class CrashPointIT {

    /** Passed by ExampleProvidersIT: no packaged provider gets there. */
    private static final List<String> OF_EXAMPLES = List.of("provider-http-prepared");
    private static final List<String> POINTS = List.of("accept-before-commit", "accept-after-commit", "relay-before-send",
            "relay-after-send-before-commit", "record-before-commit", "record-after-commit-before-offset",
            "batch-done-before-offset", "claim-after-commit", "charge-after-provider-before-settle", "settle-after-commit",
            "operation-before-commit", "operation-after-commit", "operation-claimed", "operation-after-provider-before-settle",
            "operation-settled", "notify-before-commit", "notify-after-commit-before-answer", "mail-before-send",
            "mail-released",
            "mail-after-send-before-mark",
            "webhook-record-before-commit", "webhook-record-after-commit-before-offset", "provider-event-before-store",
            "provider-event-after-store",
            "provider-event-before-apply-commit", "provider-event-after-apply-commit", "webhook-before-send",
            "webhook-after-send-before-mark", "work-before-renewal", "work-after-renewal", "work-before-late-given-back",
            "work-after-late-given-back", "stop-before-given-back", "stop-after-given-back", "continuation-begins",
            "continuation-ended", "hook-before-commit", "hook-released", "hook-held", "review-before-commit",
            "review-after-commit");
    /** Where messages wait for a mail server that is slow, behind one sender. */
    private static final Map<String, String> SLOW_MAIL = Map.of("notification.senders", "1", "notification.max-in-flight", "8");
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final int HELD = 12;
    /** Where money moved and nobody has written it down, and where an event is out that is still in the outbox. */
    private static final Set<String> ALWAYS = Set.of("relay-after-send-before-commit", "charge-after-provider-before-settle",
            "operation-after-provider-before-settle");
    private static final int DRAWN = 1;
    private static final Pattern REACHED = Pattern.compile("CrashPoint\\.reached\\(\"([a-z-]+)\"\\)");
    private static final int PAYMENTS = 30;
    /** The first passing sees one payment; at this one there is company. Few enough, for what comes in batches. */
    private static final int PASSING = 2;
    static final int KILLED = 137;

    private static TestBed bed;

    @BeforeAll
    static void startServers() {
        bed = TestBed.withSlowMail("points");
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @Test
    void shouldKnowEveryPoint() throws IOException {
        // When
        Set<String> reached = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                REACHED.matcher(Files.readString(file)).results().forEach(found -> reached.add(found.group(1)));
            }
        }

        // Then
        assertThat(reached).containsExactlyInAnyOrderElementsOf(
                Stream.of(POINTS, StartCrashIT.POINTS, HookCrashIT.OWN, OF_EXAMPLES, InventoryCrashIT.POINTS,
                        ShopCrashIT.POINTS, AggregatorCrashIT.POINTS,
                        List.of(ConfirmedOrderIT.POINT))
                        .flatMap(List::stream)
                        .toList());
    }

    @TestFactory
    Stream<DynamicTest> shouldLoseAndDoubleNothingAt() {
        long seed = TestBed.seed("CrashPointIT");
        List<Load> loads = new ArrayList<>();
        return Stream.concat(
                points(POINTS, ALWAYS, DRAWN, seed).stream()
                        .map(point -> DynamicTest.dynamicTest(point, () -> crashAt(point, seed, loads))),
                Stream.of(DynamicTest.dynamicTest("in the end", () -> finish(seed, loads))));
    }

    /** Those of this run, in their order. @param drawn how many more than those that are always among them */
    static List<String> points(List<String> all, Set<String> always, int drawn, long seed) {
        String asked = System.getProperty("crash.points", "");
        List<String> points = new ArrayList<>(List.of(asked.split(",")));
        if (asked.isEmpty()) {
            points = new ArrayList<>(all);
            points.removeAll(always);
            Collections.shuffle(points, new Random(seed));
            points.subList(drawn, points.size()).clear();
            points.addAll(always);
        }
        return asked.equals("all") ? all : all.stream().filter(points::contains).toList();
    }

    private static void crashAt(String point, long seed, List<Load> loads) throws InterruptedException {
        // Given
        boolean stop = point.startsWith("stop-");
        boolean slow = stop || point.startsWith("work-");
        Map<String, String> properties = new HashMap<>(slow ? SLOW_MAIL : Map.of());
        properties.put("notification.lease", stop ? LEASE.toSeconds() + "s" : slow ? "3s" : "8s");
        // From the first of them on, a person approves what a hook holds, in later lives, too.
        if (point.matches("(hook|review)-.*")) {
            properties.put("payroute.config", "src/test/resources/review");
            properties.put("payment.hook.retry-first", "200ms");
        }
        properties.put("payroute.crash-point", point);
        properties.put("payroute.crash-passing", Integer.toString(stop ? 1 : PASSING));
        bed.slowMail(slow);
        ApplicationProcess application = bed.launch(properties);

        // When
        bed.approveWhatIsHeld();
        loads.add(bed.load(point, PAYMENTS, Duration.ofMillis(30), seed + loads.size()));
        if (stop) {
            bed.awaitHeldMails(HELD, Instant.now().plus(LEASE));
            application.terminate();
        }
        Integer exit = application.awaitExit(TestBed.PATIENCE);
        application.kill();
        bed.countKill();

        // Then
        assertThat(exit).as("The application must end at this point").isEqualTo(KILLED);
        System.out.println("point=" + point + " lifeMs=" + application.age().toMillis());
    }

    private static void finish(long seed, List<Load> loads) throws Exception {
        // Given
        bed.slowMail(false);
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
