package io.payroute.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import io.payroute.platform.sql.Sql;
import io.payroute.testing.FreePorts;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * As {@link CrashPointIT}, with a team's folder: a hook holds some payments, one tells a system of the team of each outcome, one keeps
 * some mails from being sent, and each news makes a message of a channel of its own. Each outcome gets to the team's system, each
 * message to its channel, and none is stored twice.
 */
class HookCrashIT {

    /** They are passed only where the folder replaces the hook. */
    static final List<String> OWN = List.of("outcome-record-before-commit", "outcome-record-after-commit",
            "outcome-told-before-commit", "outcome-told", "outcome-dead-letter-stored");
    private static final List<String> POINTS = Stream.concat(OWN.stream(), Stream.of("hook-before-commit", "hook-released",
            "hook-held", "notify-before-commit", "notify-after-commit-before-answer", "mail-before-send", "mail-released",
            "mail-after-send-before-mark")).toList();
    private static final int DRAWN = 1;
    private static final int PAYMENTS = 30;
    private static final int PASSING = 2;
    /** Of each process: what may have been told and was not written down when it was killed. */
    private static final int AT_ONCE = 64;
    private static final String EVENTS = "SELECT DISTINCT event_id FROM webhook_delivery";

    private static TestBed bed;
    private static Team team;
    private static Map<String, String> folder;
    private static int kills;

    @BeforeAll
    static void startServers() {
        bed = new TestBed("hooks");
        int port = FreePorts.next();
        team = new Team(port);
        folder = Map.of("payroute.config", "src/test/resources/hooks", "team.url", "http://127.0.0.1:" + port,
                "payment.hook.retry-first", "200ms", "payment.after-outcome.retry-first", "200ms",
                "payment.after-outcome.max-attempts", "2", "payment.after-outcome.lease", "8s");
    }

    @AfterAll
    static void stopServers() {
        bed.close();
        team.close();
    }

    @TestFactory
    Stream<DynamicTest> shouldLoseAndDoubleNothingOfATeamAt() {
        long seed = TestBed.seed("HookCrashIT");
        List<Load> loads = new ArrayList<>();
        return Stream.concat(
                points(seed).stream().map(point -> DynamicTest.dynamicTest(point, () -> crashAt(point, seed, loads))),
                Stream.of(DynamicTest.dynamicTest("in the end", () -> finish(seed, loads))));
    }

    private static List<String> points(long seed) {
        String asked = System.getProperty("crash.points", "");
        List<String> points = new ArrayList<>(List.of(asked.split(",")));
        if (asked.isEmpty()) {
            points = new ArrayList<>(POINTS);
            Collections.shuffle(points, new Random(seed));
            points.subList(DRAWN, points.size()).clear();
        }
        return asked.equals("all") ? POINTS : POINTS.stream().filter(points::contains).toList();
    }

    private static void crashAt(String point, long seed, List<Load> loads) throws InterruptedException {
        // Given
        Map<String, String> properties = new HashMap<>(folder);
        properties.put("payroute.crash-point", point);
        properties.put("payroute.crash-passing", Integer.toString(PASSING));
        ApplicationProcess application = bed.launch(properties);

        // When
        bed.approveWhatIsHeld();
        loads.add(bed.load(point, PAYMENTS, Duration.ofMillis(30), seed + loads.size()));
        Integer exit = application.awaitExit(TestBed.PATIENCE);
        application.kill();
        bed.countKill();
        kills++;

        // Then
        assertThat(exit).as("The application must end at this point").isEqualTo(CrashPointIT.KILLED);
        System.out.println("point=" + point + " lifeMs=" + application.age().toMillis());
    }

    private static void finish(long seed, List<Load> loads) throws Exception {
        // Given
        ApplicationProcess application = bed.launch(folder).awaitReady();
        bed.approveWhatIsHeld();

        // When
        for (Load load : loads) {
            load.finish();
        }
        bed.drain();
        team.mend();
        int replayed = bed.replay("payment");
        bed.drain();

        // Then
        System.out.println(
                "replayed=" + replayed + " outcomes=" + team.outcomes().size() + " messages=" + team.messages().size());
        bed.check("HookCrashIT seed=" + seed);
        try (Connection payment = bed.connect("payment"); Connection notification = bed.connect("notification")) {
            assertThat(team.outcomes().keySet()).as("outcomes that the team was told")
                    .containsExactlyInAnyOrderElementsOf(texts(payment, EVENTS));
            assertThat(repeated(team.outcomes())).as("outcomes told again").isLessThanOrEqualTo(kills * AT_ONCE);
            Set<String> wanted = new TreeSet<>();
            texts(notification, "SELECT dedupe_key FROM notification WHERE kind = 'email'")
                    .forEach(key -> wanted.add("channel:chat:" + key));
            assertThat(texts(notification, "SELECT dedupe_key FROM notification WHERE kind = 'chat'"))
                    .as("messages of the channel").containsExactlyInAnyOrderElementsOf(wanted);
            assertThat(team.messages().keySet()).as("messages that the channel was sent")
                    .containsExactlyInAnyOrderElementsOf(wanted);
            assertThat(repeated(team.messages())).as("messages sent again").isLessThanOrEqualTo(kills * AT_ONCE);
            assertThat(texts(notification, "SELECT dedupe_key FROM notification WHERE kind = 'email' "
                    + "AND (status = 'skipped') <> (dedupe_key ~ '[0-3]$')")).as("mails that the hook decided otherwise about")
                    .isEmpty();
        }
        application.close();
    }

    private static int repeated(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(count -> count - 1).sum();
    }

    private static List<String> texts(Connection database, String sql) throws SQLException {
        return Sql.query(database, sql, row -> row.getString(1));
    }
}
