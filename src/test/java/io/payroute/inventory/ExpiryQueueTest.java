package io.payroute.inventory;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.inventory.StockWrites.Answer;
import io.payroute.inventory.model.Outcome.Kind;
import io.payroute.inventory.model.StockCommand.Commit;
import io.payroute.inventory.model.StockCommand.Expire;
import io.payroute.inventory.model.StockCommand.Release;
import io.payroute.platform.work.Claim;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class ExpiryQueueTest {

    private static final Duration LATER = TestStock.HOLD.plusMinutes(1);
    private static final Claim CLAIM = new Claim(10, Integer.MAX_VALUE, Map.of(), Duration.ofSeconds(30));
    private static TestDatabase database;

    private final StockWrites writes = TestStock.writes(database);
    private final ExpiryQueue queue = new ExpiryQueue(database.dataSource());

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void reserve() throws Exception {
        database.clear();
        TestStock.product(database, "book", 10);
        for (String order : List.of("held", "sold", "off")) {
            writes.write(TestStock.wanted(order, "book 1"));
        }
        writes.write(new Commit("sold"));
        writes.write(new Release("off"));
    }

    @AfterEach
    void close() {
        writes.close();
    }

    @Test
    void shouldClaimNothingBeforeItsTime() throws Exception {
        // When
        List<DueExpiry> claimed = queue.claim(CLAIM);

        // Then
        assertThat(claimed).isEmpty();
    }

    @Test
    void shouldClaimWhatIsStillHeldOnceForALease() throws Exception {
        // Given
        database.clockAhead(LATER);

        // When
        List<DueExpiry> claimed = queue.claim(CLAIM);
        List<DueExpiry> meanwhile = queue.claim(CLAIM);
        database.clockAhead(LATER.plusSeconds(31));
        List<DueExpiry> afterwards = queue.claim(CLAIM);

        // Then
        assertThat(claimed).containsExactly(new DueExpiry("held", 1));
        assertThat(meanwhile).isEmpty();
        assertThat(afterwards).containsExactly(new DueExpiry("held", 2));
    }

    @Test
    void shouldGiveBackWhatNobodyElseHasClaimed() throws Exception {
        // Given
        database.clockAhead(LATER);
        queue.claim(CLAIM);

        // When
        queue.giveBack(List.of(new DueExpiry("held", 2)));
        List<DueExpiry> ofAnother = queue.claim(CLAIM);
        queue.giveBack(List.of(new DueExpiry("held", 1)));
        List<DueExpiry> givenBack = queue.claim(CLAIM);

        // Then
        assertThat(ofAnother).isEmpty();
        assertThat(givenBack).containsExactly(new DueExpiry("held", 2));
    }

    @Test
    void shouldOfferThePiecesAgainAndForgetTheTask() throws Exception {
        // Given
        database.clockAhead(LATER);

        // When
        new ExpireStock(writes).expire(queue.claim(CLAIM).get(0)).toCompletableFuture().join();

        // Then
        assertThat(TestStock.stock(database)).containsExactly("book 9");
        assertThat(database.rows("SELECT order_id, status FROM reservation ORDER BY 1")).containsExactly("held expired",
                "off released", "sold committed");
        assertThat(database.count("reservation_expiry")).isZero();
    }

    @Test
    void shouldLeaveAReservationThatWasMadeAnewMeanwhile() throws Exception {
        // Given
        database.clockAhead(LATER);
        DueExpiry late = queue.claim(CLAIM).get(0);
        writes.write(new Expire("held"));
        writes.write(TestStock.wanted("held", "book 1"));

        // When
        new ExpireStock(writes).expire(late).toCompletableFuture().join();

        // Then
        assertThat(database.rows("SELECT status FROM reservation WHERE order_id = 'held'")).containsExactly("reserved");
        assertThat(TestStock.stock(database)).containsExactly("book 8");
        assertThat(database.rows("SELECT order_id, due_at > now() FROM reservation_expiry")).containsExactly("held t");
    }

    @Test
    void shouldHoldAgainInTheTransactionInWhichItExpires() throws Exception {
        // Given
        database.clockAhead(LATER);

        // When
        List<Answer> answers = writes.writeAll(List.of(new Expire("held"), TestStock.wanted("held", "book 1")));

        // Then
        assertThat(answers).extracting(answer -> answer.outcome().kind()).containsExactly(Kind.DONE, Kind.DONE);
        assertThat(TestStock.stock(database)).containsExactly("book 8");
        assertThat(database.rows("SELECT order_id, due_at > now() FROM reservation_expiry")).containsExactly("held t");
    }

    @Test
    void shouldWriteNoIndexAgainForWhatChangesWithEachOrder() {
        // Then
        Awaitility.await().untilAsserted(() -> assertThat(database.rows("SELECT relname, n_tup_upd = n_tup_hot_upd, "
                + "n_tup_upd > 0 FROM pg_stat_user_tables WHERE relname IN ('stock', 'reservation') ORDER BY 1"))
                .containsExactly("reservation t t", "stock t t"));
    }
}
