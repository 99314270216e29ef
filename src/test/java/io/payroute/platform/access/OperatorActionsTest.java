package io.payroute.platform.access;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.payment.UnavailableDataSource;
import io.payroute.testing.TestDatabase;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What an operator changes is known before it is done. */
class OperatorActionsTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String ROWS = "SELECT caller, method, path, status FROM operator_action ORDER BY id";
    private static TestDatabase database;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void create() {
        database = TestDatabase.create("notification");
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldHaveWrittenDownWhoDoesWhatBeforeItIsDone() throws Exception {
        // When
        int status = send("POST", database.dataSource(), () -> done.addAll(database.rows(ROWS)));

        // Then
        assertThat(status).isEqualTo(200);
        assertThat(done).containsExactly("desk POST /api/v1/routes/reload null");
        await().untilAsserted(() -> assertThat(database.rows(ROWS)).containsExactly("desk POST /api/v1/routes/reload 200"));
    }

    @Test
    void shouldKeepTheReasonWithWhatIsUnderWay() throws Exception {
        // Given
        OperatorActions actions = new OperatorActions(vertx, database::dataSource);
        actions.beginNow("desk", "POST", "/ops/conflicts/1/close");
        actions.beginNow("other", "POST", "/ops/conflicts/1/close");

        // When
        actions.because("desk", "/ops/conflicts/1/close", "refunded there");

        // Then
        assertThat(database.rows("SELECT caller, reason FROM operator_action ORDER BY id")).containsExactly(
                "desk refunded there", "other null");
    }

    @Test
    void shouldWriteDownNothingThatOnlyReads() throws Exception {
        // When
        send("GET", database.dataSource(), () -> done.add("done"));

        // Then
        assertThat(done).hasSize(1);
        assertThat(database.rows(ROWS)).isEmpty();
    }

    @Test
    void shouldLetAnOperatorMendWhatKeepsItFromBeingWrittenDown() throws Exception {
        // When
        int status = send("POST", new UnavailableDataSource(), () -> done.add("done"));

        // Then
        assertThat(status).isEqualTo(200);
        assertThat(done).hasSize(1);
    }

    private int send(String method, DataSource target, Runnable route) throws Exception {
        AccessGuard guard = new AccessGuard("external", TestEdge.credentials("desk:" + TOKEN, vertx, TestEdge.noJwts()),
                TestEdge.NO_LIMIT, TestEdge.RULES, TestEdge.SCOPES, new BrowserSessions(),
                new OperatorActions(vertx, () -> target));
        try (TestEdge edge = new TestEdge(guard, route)) {
            return edge.send(method, "/api/v1/routes/reload", "Authorization", "Bearer " + TOKEN).statusCode();
        }
    }
}
