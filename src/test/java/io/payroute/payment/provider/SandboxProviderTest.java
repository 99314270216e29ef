package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.sun.net.httpserver.HttpServer;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.TestRoles;
import io.payroute.provider.SandboxSecret;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a provider would do with the operations of one payment, in its own books. */
@Timeout(60)
class SandboxProviderTest {

    private record Told(String signature, String body) {
    }

    private static TestDatabase database;
    private static HttpServer receiver;
    private static final List<Told> TOLD = new CopyOnWriteArrayList<>();

    private final SandboxSecret secret = new SandboxSecret(List.of("sandbox-secret"));
    private final UUID payment = UUID.randomUUID();
    private SandboxBooks books;

    @BeforeAll
    static void create() throws Exception {
        database = TestDatabase.create();
        receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext("/", exchange -> {
            TOLD.add(new Told(exchange.getRequestHeaders().getFirst("Sandbox-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
    }

    @BeforeEach
    void clear() {
        database.clear();
        TOLD.clear();
        books = new SandboxBooks(TestRoles.databases(database.dataSource()), true);
    }

    @AfterEach
    void close() {
        books.close();
    }

    @Test
    void shouldRefundNoMoreThanWasCharged() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(0, 0, 0);
        sandbox.charge(call(ProviderCall.CHARGE, payment.toString(), 10_000)).get();
        sandbox.operate(call(ProviderCall.REFUND, "r1", 6_000));

        // When
        ProviderOutcome second = sandbox.operate(call(ProviderCall.REFUND, "r2", 6_000));

        // Then
        assertThat(second).isEqualTo(new ProviderOutcome.Declined("amount_exceeds_charge"));
    }

    @Test
    void shouldDoAKeyOnceAndAnswerTheSameAgain() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(0, 0, 0);
        sandbox.charge(call(ProviderCall.CHARGE, payment.toString(), 10_000)).get();
        ProviderOutcome first = sandbox.operate(call(ProviderCall.REFUND, "r1", 6_000));

        // When
        ProviderOutcome second = sandbox.operate(call(ProviderCall.REFUND, "r1", 6_000));

        // Then
        assertThat(second).isEqualTo(first).isEqualTo(new ProviderOutcome.Completed("sandbox_r1", new Money(6_000, "USD")));
        assertThat(database.count("sandbox_charge")).isEqualTo(2);
    }

    @Test
    void shouldCaptureWhatWasAuthorisedOnce() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(0, 0, 0);
        ProviderOutcome authorized = sandbox.charge(call(ProviderCall.AUTHORIZE, payment.toString(), 10_000)).get();
        ProviderOutcome captured = sandbox.operate(call(ProviderCall.CAPTURE, "c1", 4_000));

        // When
        ProviderOutcome cancelled = sandbox.operate(call(ProviderCall.CANCEL, "c2", 10_000));

        // Then
        assertThat(authorized).isEqualTo(new ProviderOutcome.Authorized("sandbox_" + payment));
        assertThat(captured).isEqualTo(new ProviderOutcome.Completed("sandbox_" + payment, new Money(4_000, "USD")));
        assertThat(cancelled).isEqualTo(new ProviderOutcome.Declined("already_captured"));
    }

    @Test
    void shouldTellByStatusWhatBecameOfAnOperationThatTimedOut() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(0, 0, 0);
        sandbox.charge(call(ProviderCall.CHARGE, payment.toString(), 10_000)).get();
        ProviderCall after = call(ProviderCall.REFUND, "r1", 4_008);
        ProviderCall before = call(ProviderCall.REFUND, "r2", 4_009);
        assertThatThrownBy(() -> sandbox.operate(after)).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> sandbox.operate(before)).isInstanceOf(SocketTimeoutException.class);

        // When
        List<ProviderOutcome> told = List.of(sandbox.status(after.status(1)), sandbox.status(before.status(1)));

        // Then
        assertThat(told).containsExactly(new ProviderOutcome.Completed("sandbox_r1", new Money(4_008, "USD")),
                new ProviderOutcome.NotDone("unknown to the provider"));
    }

    @Test
    void shouldAnswerByTheAmount() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(0, 0, 0);

        // When
        ProviderOutcome soft = sandbox.charge(call(ProviderCall.CHARGE, "soft", 4_005)).get();
        ProviderOutcome undecided = sandbox.charge(call(ProviderCall.CHARGE, "undecided", 4_006)).get();

        // Then
        assertThat(soft).isEqualTo(new ProviderOutcome.Declined("processing_error", true));
        assertThat(undecided).isInstanceOf(ProviderOutcome.Pending.class);
        assertThatThrownBy(() -> sandbox.charge(call(ProviderCall.CHARGE, "unavailable", 5_003)))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void shouldDecideAnUndecidedChargeLater() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(0, 0, 0);
        ProviderCall undecided = call(ProviderCall.CHARGE, "undecided", 4_006);
        sandbox.charge(undecided).get();
        ProviderOutcome early = sandbox.status(undecided.status(1));
        database.execute("UPDATE sandbox_charge SET created_at = now() - interval '3 seconds'");

        // When
        ProviderOutcome late = sandbox.status(undecided.status(2));

        // Then
        assertThat(early).isInstanceOf(ProviderOutcome.Pending.class);
        assertThat(late).isEqualTo(new ProviderOutcome.Completed("sandbox_" + payment, new Money(4_006, "USD")));
    }

    @Test
    void shouldDeclineTheShareThatItIsToldToAndTheSameChargesAgain() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(10, 0, 0);
        long declined = 0;

        // When
        for (int i = 0; i < 60; i++) {
            ProviderCall call = call(ProviderCall.CHARGE, "key-" + i, 10_000);
            ProviderOutcome first = sandbox.charge(call).get();
            declined += first instanceof ProviderOutcome.Declined ? 1 : 0;
            assertThat(sandbox.status(call.status(1))).isEqualTo(first);
        }

        // Then
        assertThat(declined).isBetween(1L, 20L);
    }

    @Test
    void shouldSendSignedEventsOfWhatItDidAndSomeOfThemTwice() throws Exception {
        // Given
        SandboxProvider sandbox = sandbox(0, 100, 0);

        // When
        sandbox.charge(call(ProviderCall.CHARGE, payment.toString(), 10_000)).get();

        // Then
        await().untilAsserted(() -> assertThat(told()).hasSize(2));
        JsonObject event = new JsonObject(told().get(0).body());
        assertThat(event.getString("type")).isEqualTo("payment.completed");
        assertThat(event.getString("payment_id")).isEqualTo(payment.toString());
        assertThat(event.getLong("amount_minor")).isEqualTo(10_000L);
        assertThat(told().get(1).body()).isEqualTo(told().get(0).body());
        assertThat(told().get(0).signature()).matches("t=\\d+,v1=[0-9a-f]{64}");
    }

    @Test
    void shouldSendNoEventThatIsToBeLost() throws Exception {
        // Given
        SandboxProvider lossy = sandbox(0, 0, 100);
        SandboxProvider sandbox = sandbox(0, 0, 0);
        lossy.charge(call(ProviderCall.CHARGE, payment.toString(), 10_000)).get();

        // When
        sandbox.operate(call(ProviderCall.REFUND, "r1", 1_000));

        // Then
        await().untilAsserted(() -> assertThat(told()).hasSize(1));
        assertThat(told().get(0).body()).contains("refund.completed");
    }

    /** The events of an earlier test may come late. */
    private List<Told> told() {
        return TOLD.stream().filter(one -> one.body().contains(payment.toString())).toList();
    }

    private SandboxProvider sandbox(int declinePercent, int duplicatePercent, int lossPercent) {
        URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/webhooks/sandbox");
        SandboxEvents events = new SandboxEvents(secret, true, url, Duration.ZERO, Duration.ZERO, duplicatePercent,
                lossPercent);
        return new SandboxProvider(books, events, Duration.ZERO, Duration.ZERO, declinePercent);
    }

    private ProviderCall call(String operation, String key, long minor) {
        return new ProviderCall(operation, null, key, payment, null, new Money(minor, "USD"), "card", 1);
    }
}
