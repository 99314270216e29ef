package io.payroute.payment.accept;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.money.Money;
import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class AcceptPaymentTest {

    private static final byte[] HASH = {1, 2, 3};
    private static final byte[] OTHER_HASH = {3, 2, 1};
    private static TestDatabase database;

    private final AcceptPayment acceptPayment = newProcess(Duration.ofSeconds(20));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void close() {
        acceptPayment.close();
        threads.shutdownNow();
    }

    @Test
    void shouldStoreWhatACallerRequestsBeyondACharge() throws Exception {
        // Given
        PaymentInstruction instruction = TestPayments.instruction().with("other", false);

        // When
        accept(acceptPayment, instruction, "caller", null, null);

        // Then
        assertThat(database.rows("SELECT provider, capture, requested_by FROM payment")).containsExactly("other f caller");
        assertThat(event().getProvider()).isEqualTo("other");
        assertThat(event().getAuthorizeOnly()).isTrue();
    }

    @Test
    void shouldStoreThePaymentAndItsEventTogether() throws Exception {
        // Given
        PaymentInstruction instruction = TestPayments.instruction();

        // When
        AcceptPayment.Accepted accepted = accept(acceptPayment, instruction, "caller", null, null);

        // Then
        assertThat(accepted).isEqualTo(new AcceptPayment.Accepted(instruction.paymentId(), false));
        assertThat(database.rows("SELECT id, user_id, amount_minor, currency, method, provider, status, email, description, "
                + "order_id FROM payment"))
                .containsExactly(instruction.paymentId()
                        + " user-1 4999 USD card sandbox pending ada@example.com a book order-1");
        assertThat(database.rows("SELECT topic, event_type, content_type, convert_from(message_key, 'UTF8') FROM outbox"))
                .containsExactly("payment-topic io.payroute.payment.submitted application/protobuf "
                        + instruction.paymentId());
        assertThat(event().getPaymentId()).isEqualTo(instruction.paymentId().toString());
        assertThat(event().getAmountMinor()).isEqualTo(4999);
    }

    @Test
    void shouldGiveTheFirstAnswerAgainForTheSameKeyAndBody() throws Exception {
        // Given
        UUID first = accept(acceptPayment, TestPayments.instruction(), "caller", "key", HASH).paymentId();

        // When
        AcceptPayment.Accepted again = accept(acceptPayment, TestPayments.instruction(), "caller", "key", HASH.clone());

        // Then
        assertThat(again).isEqualTo(new AcceptPayment.Accepted(first, true));
        assertThat(database.count("payment")).isEqualTo(1);
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldRefuseAKeyThatWasUsedWithAnotherBody() throws Exception {
        // Given
        accept(acceptPayment, TestPayments.instruction(), "caller", "key", HASH);

        // When
        Refusal problem = catchThrowableOfType(Refusal.class,
                () -> accept(acceptPayment, TestPayments.instruction(), "caller", "key", OTHER_HASH));

        // Then
        assertThat(problem.kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(problem.type()).isEqualTo("idempotency-key-reused");
        assertThat(database.count("payment")).isEqualTo(1);
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldKeepTheKeysOfCallersApart() throws Exception {
        // Given
        accept(acceptPayment, TestPayments.instruction(), "caller", "key", HASH);

        // When
        AcceptPayment.Accepted other = accept(acceptPayment, TestPayments.instruction(), "other caller", "key", OTHER_HASH);

        // Then
        assertThat(other.replayed()).isFalse();
        assertThat(database.count("payment")).isEqualTo(2);
    }

    @Test
    void shouldTellThatTheSameKeyIsStillInFlight() throws Exception {
        // Given
        try (Connection lock = lockKeys()) {
            Future<AcceptPayment.Accepted> first = threads
                    .submit(() -> accept(acceptPayment, TestPayments.instruction(), "caller", "key", HASH));
            await().untilAsserted(() -> assertThat(waitingForALock()).isEqualTo(1));

            // When
            Refusal problem = catchThrowableOfType(Refusal.class,
                    () -> accept(acceptPayment, TestPayments.instruction(), "caller", "key", HASH));

            // Then
            lock.rollback();
            assertThat(problem.kind()).isEqualTo(Refusal.Kind.CONFLICT);
            assertThat(first.get(20, TimeUnit.SECONDS).replayed()).isFalse();
        }
    }

    @Test
    void shouldMakeOnePaymentOfOneKeyInSeveralProcessesAtOnce() throws Exception {
        // Given
        List<AcceptPayment> processes = IntStream.range(0, 4).mapToObj(i -> newProcess(Duration.ofSeconds(20))).toList();
        List<Future<AcceptPayment.Accepted>> answers = new ArrayList<>();

        // When
        for (int key = 0; key < 25; key++) {
            String name = "key-" + key;
            for (AcceptPayment process : processes) {
                answers.add(threads.submit(() -> accept(process, TestPayments.instruction(), "caller", name, HASH)));
            }
        }

        // Then
        List<AcceptPayment.Accepted> accepted = new ArrayList<>();
        for (Future<AcceptPayment.Accepted> answer : answers) {
            accepted.add(answer.get(30, TimeUnit.SECONDS));
        }
        assertThat(accepted).filteredOn(one -> !one.replayed()).hasSize(25);
        assertThat(accepted.stream().map(AcceptPayment.Accepted::paymentId).distinct()).hasSize(25);
        assertThat(database.count("payment")).isEqualTo(25);
        assertThat(database.count("outbox")).isEqualTo(25);
        processes.forEach(AcceptPayment::close);
    }

    @Test
    void shouldHaveAnEventForEveryPaymentAndNoOther() throws Exception {
        // Given
        List<Callable<AcceptPayment.Accepted>> requests = IntStream.range(0, 200)
                .mapToObj(i -> (Callable<AcceptPayment.Accepted>) () -> accept(acceptPayment, TestPayments.instruction(),
                        "caller", i % 2 == 0 ? null : "key-" + i % 50, i < 100 ? HASH : OTHER_HASH))
                .toList();

        // When
        threads.invokeAll(requests, 40, TimeUnit.SECONDS);

        // Then
        assertThat(database.rows("SELECT convert_from(message_key, 'UTF8') FROM outbox"))
                .containsExactlyInAnyOrderElementsOf(database.rows("SELECT id FROM payment"));
        assertThat(database.count("idempotency_key")).isEqualTo(25);
        assertThat(database.count("payment")).isEqualTo(125);
    }

    @Test
    void shouldFailABadPaymentAlone() throws Exception {
        // Given
        PaymentInstruction bad = new PaymentInstruction(UUID.randomUUID(), "user-1", new Money(-1, "USD"), "card", null, null,
                null);

        // When
        List<Future<AcceptPayment.Accepted>> answers = new ArrayList<>();
        try (Connection lock = lockKeys()) {
            for (PaymentInstruction one : List.of(TestPayments.instruction(), bad, TestPayments.instruction())) {
                answers.add(threads.submit(() -> accept(acceptPayment, one, "caller", one.paymentId().toString(), HASH)));
            }
            await().untilAsserted(() -> assertThat(waitingForALock()).isPositive());
            lock.rollback();
        }

        // Then
        assertThat(answers.get(0).get(20, TimeUnit.SECONDS).replayed()).isFalse();
        assertThat(answers.get(2).get(20, TimeUnit.SECONDS).replayed()).isFalse();
        assertThat(database.count("payment")).isEqualTo(2);
        assertThat(database.count("idempotency_key")).isEqualTo(2);
    }

    @Test
    void shouldAnswer503WhenTheDatabaseIsTooSlow() throws Exception {
        // Given
        AcceptPayment impatient = newProcess(Duration.ofMillis(100));
        Refusal problem;
        try (Connection lock = lockKeys()) {

            // When
            problem = catchThrowableOfType(Refusal.class,
                    () -> accept(impatient, TestPayments.instruction(), "caller", "key", HASH));
            lock.rollback();
        }

        // Then
        assertThat(problem.kind()).isEqualTo(Refusal.Kind.UNAVAILABLE);
        assertThat(problem.retryAfterSeconds()).hasValue(1);
        impatient.close();
    }

    @Test
    void shouldStoreProviderAndRule() throws Exception {
        // Given
        AcceptPayment byRule = new AcceptPayment(TestRoles.databases(database.dataSource()),
                TestPayments.providerRules("rules: [{name: cards, when: {methods: [card]}, providers: [a, b]}]"),
                ForkJoinPool.commonPool(), 1, 64, 1024,
                Duration.ofSeconds(5), "payment-topic");

        // When
        accept(byRule, TestPayments.instruction(), "caller", null, null);

        // Then
        assertThat(database.rows("SELECT provider, provider_rule FROM payment")).containsExactly("a cards");
        byRule.close();
    }

    /** The pool of the requests may be busy; the key is free as soon as the payment is stored. */
    @Test
    void shouldReleaseTheKeyAtTheCommit() throws Exception {
        // Given
        ExecutorService busy = Executors.newSingleThreadExecutor();
        CountDownLatch work = new CountDownLatch(1);
        busy.submit(() -> {
            work.await();
            return null;
        });
        AcceptPayment process = new AcceptPayment(TestRoles.databases(database.dataSource()), TestPayments.providerRules(),
                busy,
                1, 64, 1024, Duration.ofSeconds(5), "payment-topic");
        CompletableFuture<AcceptPayment.Accepted> first = process.accept(TestPayments.instruction(), "caller", "key", HASH);
        await().untilAsserted(() -> assertThat(database.count("payment")).isEqualTo(1));

        // When
        await().untilAsserted(() -> assertThatCode(() -> process.accept(TestPayments.instruction(), "caller", "key", HASH))
                .doesNotThrowAnyException());

        // Then
        assertThat(first).isNotDone();
        work.countDown();
        assertThat(first.get().replayed()).isFalse();
        process.close();
        busy.shutdown();
    }

    private static AcceptPayment.Accepted accept(AcceptPayment process, PaymentInstruction instruction, String caller,
            String key,
            byte[] hash) throws Exception {
        try {
            return process.accept(instruction, caller, key, hash).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static AcceptPayment newProcess(Duration timeout) {
        return new AcceptPayment(TestRoles.databases(database.dataSource()), TestPayments.providerRules(),
                ForkJoinPool.commonPool(), 2, 64, 1024,
                timeout, "payment-topic");
    }

    private static Connection lockKeys() throws Exception {
        Connection lock = database.dataSource().getConnection();
        lock.setAutoCommit(false);
        lock.createStatement().execute("LOCK TABLE idempotency_key");
        return lock;
    }

    private static int waitingForALock() {
        return Integer.parseInt(database.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                + "AND datname = current_database()"));
    }

    private static PaymentRequest event() throws Exception {
        return Sql.query(database.dataSource(), "SELECT payload FROM outbox", row -> row.getBytes(1))
                .stream().map(AcceptPaymentTest::parse).findFirst().orElseThrow();
    }

    private static PaymentRequest parse(byte[] payload) {
        try {
            return PaymentRequest.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
