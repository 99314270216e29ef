package io.payroute.inventory;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.inventory.model.Outcome.Kind;
import io.payroute.inventory.model.StockCommand;
import io.payroute.inventory.model.StockCommand.Change;
import io.payroute.inventory.model.StockCommand.Commit;
import io.payroute.inventory.model.StockCommand.Expire;
import io.payroute.inventory.model.StockCommand.Release;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.inventory.StockUpdated;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** Several processes at once: each has its own {@link StockWrites}, and they share nothing but the database. */
@Timeout(120)
class StockRaceTest {

    private static final int PROCESSES = 4;
    private static final String WAITING = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    private static TestDatabase database;

    private final List<StockWrites> processes = Stream.generate(() -> TestStock.writes(database)).limit(PROCESSES).toList();
    private final ExecutorService callers = Executors.newFixedThreadPool(48);

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void close() {
        callers.shutdownNow();
        processes.forEach(StockWrites::close);
    }

    @Test
    void shouldSellExactlyWhatThereIs() throws Exception {
        // Given
        TestStock.product(database, "book", 50);

        // When
        List<Kind> answers = all(IntStream.range(0, 200).mapToObj(i -> TestStock.wanted("order-" + i, "book 1")).toList());

        // Then
        assertThat(answers).filteredOn(Kind.DONE::equals).hasSize(50);
        assertThat(answers).filteredOn(Kind.TOO_FEW::equals).hasSize(150);
        assertThat(TestStock.stock(database)).containsExactly("book 0");
        assertThat(database.rows("SELECT status, count(*) FROM reservation GROUP BY 1")).containsExactly("reserved 50");
        assertThat(database.count("reservation_expiry")).isEqualTo(50);
    }

    /** Both wait for a third at once, whatever the machine is busy with. */
    @Test
    void shouldDecideByWhatIsLeftWhenTheTurnHasCome() throws Exception {
        // Given
        TestStock.product(database, "book", 1);
        List<Future<Kind>> answers = new ArrayList<>();
        try (Connection third = database.dataSource().getConnection()) {
            third.setAutoCommit(false);
            Sql.query(third, "SELECT 1 FROM stock FOR UPDATE", row -> row.getInt(1));

            // When
            for (int i = 0; i < 2; i++) {
                StockWrites process = processes.get(i);
                StockCommand command = TestStock.wanted("order-" + i, "book 1");
                answers.add(callers.submit(() -> TestStock.done(process, command)));
            }
            Awaitility.await().untilAsserted(() -> assertThat(database.count(WAITING)).isEqualTo(2));
            third.commit();
        }

        // Then
        assertThat(List.of(answers.get(0).get(), answers.get(1).get())).containsExactlyInAnyOrder(Kind.DONE, Kind.TOO_FEW);
        assertThat(TestStock.stock(database)).containsExactly("book 0");
        assertThat(database.count("reservation")).isEqualTo(1);
    }

    @Test
    void shouldTellEachVersionOnceWithWhatThereIs() throws Exception {
        // Given
        TestStock.product(database, "book", 500);

        // When
        all(IntStream.range(0, 200).mapToObj(i -> TestStock.wanted("order-" + i, "book 1")).toList());

        // Then
        List<StockUpdated> events = new ArrayList<>();
        for (String payload : database.rows("SELECT encode(payload, 'hex') FROM outbox ORDER BY id")) {
            events.add(StockUpdated.parseFrom(HexFormat.of().parseHex(payload)));
        }
        assertThat(events).extracting(StockUpdated::getVersion)
                .containsExactlyElementsOf(IntStream.rangeClosed(2, events.size() + 1).mapToObj(i -> (long) i).toList());
        assertThat(events).extracting(StockUpdated::getAvailable).isSortedAccordingTo(Collections.reverseOrder())
                .endsWith(300);
    }

    @Test
    void shouldReserveAllItemsOrNoneWhereOrdersCross() throws Exception {
        // Given
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> products = List.of("a", "b", "c", "d", "e", "f");
        products.forEach(product -> TestStock.product(database, product, 60));
        List<StockCommand> commands = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            List<String> items = new ArrayList<>(products);
            Collections.shuffle(items, random);
            String order = "order-" + i;
            commands.add(TestStock.wanted(order, items.get(0) + " 2", items.get(1) + " 1", items.get(2) + " 3"));
            if (i % 3 > 0) {
                commands.add(i % 3 == 1 ? new Release(order) : new Commit(order));
            }
        }
        Collections.shuffle(commands, random);

        // When
        List<Kind> answers = all(commands);

        // Then
        assertThat(answers).as("seed=" + seed).contains(Kind.DONE, Kind.TOO_FEW);
        assertThat(products).allSatisfy(product -> assertThat(TestStock.pieces(database, product)).isEqualTo(60));
        assertThat(database.rows("SELECT order_id FROM reservation WHERE status <> 'released' "
                + "AND (SELECT sum(value::int) FROM jsonb_each_text(items)) <> 6")).isEmpty();
    }

    @Test
    void shouldReserveOnceForAnOrderThatSeveralProcessesReserve() throws Exception {
        // Given
        TestStock.product(database, "book", 500);
        List<StockCommand> commands = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            for (int again = 0; again < PROCESSES; again++) {
                commands.add(TestStock.wanted("order-" + i, "book 1"));
            }
        }

        // When
        List<Kind> answers = all(commands);

        // Then
        assertThat(answers).filteredOn(Kind.DONE::equals).hasSize(40);
        assertThat(answers).filteredOn(Kind.REPEATED::equals).hasSize(120);
        assertThat(TestStock.stock(database)).containsExactly("book 460");
    }

    @Test
    void shouldChangeAStockOnceForAKeyThatSeveralProcessesUse() throws Exception {
        // Given
        TestStock.product(database, "book", 0);
        List<StockCommand> commands = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            for (int again = 0; again < PROCESSES; again++) {
                commands.add(new Change("book", 5, "key-" + i));
            }
        }

        // When
        List<Kind> answers = all(commands);

        // Then
        assertThat(answers).filteredOn(Kind.DONE::equals).hasSize(40);
        assertThat(TestStock.stock(database)).containsExactly("book 200");
    }

    /** Both have looked for the key and found none. */
    @Test
    void shouldUseAKeyOnceWhereTwoProcessesUseItForTwoProducts() throws Exception {
        // Given
        List<StockCommand> commands = List.of(new Change("book", 5, "key"), new Change("lamp", 5, "key"));
        TestStock.product(database, "book", 0);
        TestStock.product(database, "lamp", 0);
        List<Future<Kind>> answers = new ArrayList<>();
        try (Connection third = database.dataSource().getConnection()) {
            third.setAutoCommit(false);
            Sql.update(third, "INSERT INTO stock_change VALUES ('key', 'rope', 1, 1)");

            // When
            for (int i = 0; i < 2; i++) {
                StockWrites process = processes.get(i);
                StockCommand command = commands.get(i);
                answers.add(callers.submit(() -> TestStock.done(process, command)));
            }
            Awaitility.await().untilAsserted(() -> assertThat(database.count(WAITING)).isEqualTo(2));
            third.rollback();
        }

        // Then
        assertThat(List.of(answers.get(0).get(), answers.get(1).get())).containsExactlyInAnyOrder(Kind.DONE,
                Kind.USED_OTHERWISE);
        assertThat(TestStock.stock(database)).hasSize(2).satisfiesOnlyOnce(stock -> assertThat(stock).endsWith(" 5"));
    }

    @Test
    void shouldEitherSellOrGiveBackWhatExpiresAtTheSameMoment() throws Exception {
        // Given
        TestStock.product(database, "book", 1000);
        StockWrites late = TestStock.writes(database, Duration.ZERO);
        CyclicBarrier together = new CyclicBarrier(2);

        // When
        List<String> ends = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            String order = "order-" + i;
            late.write(TestStock.wanted(order, "book 1"));
            Future<Kind> sold = callers.submit(() -> at(together, processes.get(0), new Commit(order)));
            Future<Kind> expired = callers.submit(() -> at(together, processes.get(1), new Expire(order)));
            ends.add(sold.get() + " " + expired.get());
        }
        late.close();

        // Then
        assertThat(ends).containsOnly("DONE REPEATED", "EXPIRED DONE");
        long kept = ends.stream().filter("DONE REPEATED"::equals).count();
        assertThat(TestStock.stock(database)).containsExactly("book " + (1000 - kept));
        assertThat(database.value("SELECT count(*) FROM reservation WHERE status = 'committed'"))
                .isEqualTo(Long.toString(kept));
        assertThat(database.count("reservation_expiry")).isZero();
    }

    private static Kind at(CyclicBarrier together, StockWrites process, StockCommand command) throws Exception {
        together.await();
        return TestStock.done(process, command);
    }

    /** By all processes in turn, all at once. */
    private List<Kind> all(List<? extends StockCommand> commands) throws Exception {
        List<Callable<Kind>> calls = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            StockWrites process = processes.get(i % PROCESSES);
            StockCommand command = commands.get(i);
            calls.add(() -> TestStock.done(process, command));
        }
        List<Kind> answers = new ArrayList<>();
        for (Future<Kind> call : callers.invokeAll(calls)) {
            answers.add(call.get());
        }
        return answers;
    }
}
