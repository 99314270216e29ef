package io.payroute.inventory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.inventory.model.StockCommand;
import io.payroute.inventory.model.StockCommand.Commit;
import io.payroute.inventory.model.StockCommand.Expire;
import io.payroute.inventory.model.StockCommand.Release;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever is called for an order, in whatever order and however often: every pair, and every three. */
class ReservationOrderTest {

    private static final int THERE_ARE = 10;
    private static final int WANTED = 3;
    private static final List<String> CALLS = List.of("reserve", "commit", "release", "expire");
    /** The state before and the call: the answer and the state after. */
    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("none reserve", "DONE reserved"), Map.entry("none commit", "NOT_RESERVED none"),
            Map.entry("none release", "DONE released"), Map.entry("none expire", "REPEATED none"),
            Map.entry("reserved reserve", "REPEATED reserved"), Map.entry("reserved commit", "DONE committed"),
            Map.entry("reserved release", "DONE released"), Map.entry("reserved expire", "DONE expired"),
            Map.entry("committed reserve", "REPEATED committed"), Map.entry("committed commit", "REPEATED committed"),
            Map.entry("committed release", "DONE released"), Map.entry("committed expire", "REPEATED committed"),
            Map.entry("released reserve", "RELEASED released"), Map.entry("released commit", "RELEASED released"),
            Map.entry("released release", "REPEATED released"), Map.entry("released expire", "REPEATED released"),
            Map.entry("expired reserve", "DONE reserved"), Map.entry("expired commit", "EXPIRED expired"),
            Map.entry("expired release", "DONE released"), Map.entry("expired expire", "REPEATED expired"));

    private static TestDatabase database;

    /** Whose time is over at once. */
    private final StockWrites writes = TestStock.writes(database, Duration.ZERO);

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
        TestStock.product(database, "book", THERE_ARE);
    }

    @AfterEach
    void close() {
        writes.close();
    }

    static Stream<List<String>> sequences() {
        return Stream.concat(pairs(CALLS), pairs(CALLS).flatMap(two -> CALLS.stream().map(third -> with(two, third))));
    }

    /** What is decided in one transaction has no time to expire. */
    static Stream<List<String>> together() {
        return sequences().filter(calls -> !calls.contains("expire"));
    }

    private static Stream<List<String>> pairs(List<String> calls) {
        return calls.stream().flatMap(first -> calls.stream().map(second -> List.of(first, second)));
    }

    private static List<String> with(List<String> calls, String another) {
        List<String> more = new ArrayList<>(calls);
        more.add(another);
        return more;
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void shouldEndAsItMust(List<String> calls) throws Exception {
        // When
        List<String> answers = new ArrayList<>();
        for (String call : calls) {
            answers.add(writes.write(command(call)).outcome().kind().name());
        }

        // Then
        assertEndsAsExpected(calls, answers);
    }

    @ParameterizedTest
    @MethodSource("together")
    void shouldEndAsItMustInOneTransaction(List<String> calls) throws Exception {
        // When
        List<String> answers = writes.writeAll(calls.stream().map(ReservationOrderTest::command).toList()).stream()
                .map(answer -> answer.outcome().kind().name()).toList();

        // Then
        assertEndsAsExpected(calls, answers);
    }

    private static void assertEndsAsExpected(List<String> calls, List<String> answers) {
        String state = "none";
        for (int i = 0; i < calls.size(); i++) {
            String[] expected = EXPECTED.get(state + ' ' + calls.get(i)).split(" ");
            assertThat(answers.get(i)).as(state + ' ' + calls.get(i)).isEqualTo(expected[0]);
            state = expected[1];
        }
        boolean held = state.equals("reserved") || state.equals("committed");
        assertThat(database.rows("SELECT status FROM reservation"))
                .isEqualTo(state.equals("none") ? List.of() : List.of(state));
        assertThat(TestStock.stock(database)).containsExactly("book " + (held ? THERE_ARE - WANTED : THERE_ARE));
        assertThat(database.count("reservation_expiry")).isEqualTo(state.equals("reserved") ? 1 : 0);
    }

    private static StockCommand command(String call) {
        return switch (call) {
            case "reserve" -> TestStock.wanted("order-1", "book " + WANTED);
            case "commit" -> new Commit("order-1");
            case "release" -> new Release("order-1");
            default -> new Expire("order-1");
        };
    }
}
