package io.payroute.payment.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.TestPayments;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.event.apply.TestApplyEvent;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.query.FindOperations;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Captures, cancellations and refunds from the request to the provider's answer, in a real database. */
@Timeout(60)
class OperationsTest {

    private static TestDatabase database;
    private static RequestOperation requests;
    private static SettleOperation settle;
    private static FindOperations operations;
    private static OperationOutcomes outcomes;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        TransitionPayment transitionPayment = new TransitionPayment("payment.status-updated");
        requests = new RequestOperation(databases, transitionPayment);
        operations = new FindOperations(databases);
        outcomes = new OperationOutcomes(operations, 10, Duration.ofMinutes(1));
        settle = new SettleOperation(databases, TestPayments.rules(3), TestPayments.breakers(), transitionPayment, outcomes);
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @AfterAll
    static void stopWaiting() {
        outcomes.close();
    }

    @Test
    void shouldTellWhoWaitsAsSoonAsTheProviderHasAnswered() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        CompletableFuture<Optional<PaymentOperation>> waiting = outcomes.await(refund, Duration.ofSeconds(30))
                .toCompletableFuture();

        // When
        answer(refund, new ProviderOutcome.Completed("re_1"));

        // Then
        assertThat(waiting.get(20, TimeUnit.SECONDS)).get()
                .satisfies(ended -> assertThat(ended.status()).isEqualTo(PaymentOperation.Status.SUCCEEDED));
    }

    @ParameterizedTest
    @EnumSource(names = {"CAPTURE", "REFUND"})
    void shouldLeaveAnOperationThatMovedNothingToAPerson(Kind kind) throws Exception {
        // Given
        UUID payment = kind == Kind.REFUND ? completed(10_000) : authorized(10_000);
        UUID operation = take(kind, payment, "10.00", null).operationId();

        // When
        answer(operation, new ProviderOutcome.Completed("re_1", new Money(0, "USD")));

        // Then
        assertThat(database.value("SELECT o.status || ' ' || o.reason || ' ' || refund_claimed_minor FROM payment_operation o, "
                + "payment")).isEqualTo("failed state_conflict 0");
        assertThat(database.rows("SELECT type FROM payment_event")).containsExactly("provider.conflict");
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldTakeOnlyOneOfTwoConcurrentRefundsThatDoNotFitTogether() throws Exception {
        // Given
        UUID payment = completed(10_000);
        List<Future<RequestOperation.Taken>> both = new ArrayList<>();

        // When
        for (int i = 0; i < 2; i++) {
            both.add(threads.submit((Callable<RequestOperation.Taken>) () -> take(Kind.REFUND, payment, "60.00", null)));
        }

        // Then
        List<Object> answers = new ArrayList<>();
        for (Future<RequestOperation.Taken> one : both) {
            try {
                one.get(20, TimeUnit.SECONDS);
                answers.add("taken");
            } catch (ExecutionException e) {
                answers.add(((Refusal) e.getCause()).kind());
            }
        }
        assertThat(answers).containsExactlyInAnyOrder("taken", Refusal.Kind.CONFLICT);
        assertThat(state(payment)).isEqualTo("completed 10000 6000 0");
        assertThat(database.count("payment_operation")).isEqualTo(1);
    }

    @Test
    void shouldRefundInPartsUpToWhatWasCaptured() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID first = take(Kind.REFUND, payment, "60.00", null).operationId();
        UUID rest = take(Kind.REFUND, payment, null, null).operationId();

        // When
        answer(first, new ProviderOutcome.Completed("re_1"));
        String between = state(payment);
        answer(rest, new ProviderOutcome.Completed("re_2"));

        // Then
        assertThat(between).isEqualTo("partially_refunded 10000 10000 6000");
        assertThat(state(payment)).isEqualTo("refunded 10000 10000 10000");
        assertThat(database.count("outbox")).isEqualTo(2);
        assertThatThrownBy(() -> take(Kind.REFUND, payment, null, null)).isInstanceOf(Refusal.class)
                .hasMessageContaining("refunded");
    }

    @Test
    void shouldFreeTheAmountOfARefundThatTheProviderRefused() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refused = take(Kind.REFUND, payment, "100.00", null).operationId();

        // When
        answer(refused, new ProviderOutcome.Declined("insufficient_balance"));

        // Then
        assertThat(state(payment)).isEqualTo("completed 10000 0 0");
        assertThat(operations.find(refused).orElseThrow().reason()).isEqualTo("insufficient_balance");
    }

    @Test
    void shouldQueryARefundWithoutAnAnswerAndNotSendItAgain() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        sent(refund);

        // When
        answer(refund, new ProviderOutcome.Unanswered("timeout"));

        // Then
        assertThat(database.value("SELECT status || ' ' || (sent_at IS NOT NULL) || ' ' || (due_at > now()) "
                + "FROM payment_operation")).isEqualTo("pending true true");
        assertThat(state(payment)).isEqualTo("completed 10000 1000 0");
    }

    @ParameterizedTest
    @ValueSource(longs = {-2, 2})
    void shouldQueryAgainByTheClockOfTheDatabase(long minutesAhead) throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        sent(refund);

        // When
        answer(refund, new ProviderOutcome.Unanswered("timeout"));

        // Then
        assertThat(database.value("SELECT due_at BETWEEN now() - interval '20 s' AND now() + interval '1 s' "
                + "FROM payment_operation")).isEqualTo("t");
    }

    @Test
    void shouldSendARefundAgainThatProvablyWasNotMade() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        sent(refund);

        // When
        answer(refund, new ProviderOutcome.NotDone("refused"));

        // Then
        assertThat(database.value("SELECT status || ' ' || (sent_at IS NULL) FROM payment_operation"))
                .isEqualTo("pending true");
    }

    @Test
    void shouldCountAnAnswerThatComesTwiceOnce() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        answer(refund, new ProviderOutcome.Completed("re_1"));

        // When
        answer(refund, new ProviderOutcome.Completed("re_1"));

        // Then
        assertThat(state(payment)).isEqualTo("partially_refunded 10000 1000 1000");
        assertThat(database.count("provider_call")).isEqualTo(2);
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldNotCountARefundOnceMoreThatAnEventHasCounted() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        database.execute("INSERT INTO payment_operation (id, payment_id, kind, amount_minor, status, requested_by, provider, "
                + "provider_reference, due_at, ended_at) "
                + "VALUES (gen_random_uuid(), ?, 'refund', 1200, 'succeeded', 'provider:sandbox', 'sandbox', 're_1', NULL, now())",
                payment);

        // When
        answer(refund, new ProviderOutcome.Completed("re_1"));

        // Then
        assertThat(state(payment)).isEqualTo("completed 10000 0 0");
        assertThat(operations.find(refund).orElseThrow().reason()).isEqualTo("counted_already");
    }

    @Test
    void shouldKeepTheReferenceOfARefundThatIsUndecided() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        sent(refund);

        // When
        answer(refund, new ProviderOutcome.Pending("re_1"));

        // Then
        assertThat(operations.find(refund).orElseThrow().reference()).isEqualTo("re_1");
        assertThat(operations.find(refund).orElseThrow().status()).isEqualTo(PaymentOperation.Status.PENDING);
    }

    @Test
    void shouldTellOfARefundThatWasMadeAfterItHadBeenGivenUp() throws Exception {
        // Given
        UUID payment = completed(10_000);
        UUID refund = take(Kind.REFUND, payment, "10.00", null).operationId();
        answer(refund, new ProviderOutcome.Declined("no_balance"));

        // When
        answer(refund, new ProviderOutcome.Completed("re_1"));

        // Then
        assertThat(state(payment)).isEqualTo("completed 10000 0 0");
        assertThat(database.rows("SELECT type, detail->>'operation' FROM payment_event"))
                .containsExactly("provider.conflict refund");
    }

    @Test
    void shouldCaptureAPartOnceAndNothingElseMeanwhile() throws Exception {
        // Given
        UUID payment = authorized(10_000);
        UUID capture = take(Kind.CAPTURE, payment, "40.00", null).operationId();
        assertThatThrownBy(() -> take(Kind.CANCEL, payment, null, null)).isInstanceOf(Refusal.class)
                .hasMessageContaining("under way");

        // When
        answer(capture, new ProviderOutcome.Completed("pi_1"));

        // Then
        assertThat(state(payment)).isEqualTo("completed 4000 0 0");
        assertThatThrownBy(() -> take(Kind.REFUND, payment, "40.01", null)).isInstanceOf(Refusal.class)
                .hasMessageContaining("Only 40");
    }

    /** Somebody captures a part at the provider while ours is under way: a is our answer, o the event of ours, x that of the other. */
    @ParameterizedTest
    @ValueSource(strings = {"xao", "xoa", "axo", "aox", "oxa", "oax"})
    void shouldBookOurCaptureAndThatOfAnotherOnceInAnyOrder(String order) throws Exception {
        // Given
        UUID payment = authorized(10_000);
        database.execute("UPDATE payment SET provider_reference = 'pi_1'");
        UUID capture = take(Kind.CAPTURE, payment, "60.00", null).operationId();
        sent(capture);

        // When
        for (char next : (order + "xoxo").toCharArray()) {
            switch (next) {
                case 'a' -> answer(capture, new ProviderOutcome.Completed("cap-ours", new Money(6_000, "USD")));
                case 'o' -> captured(payment, "cap-ours", 6_000);
                default -> captured(payment, "cap-other", 4_000);
            }
        }

        // Then
        assertThat(state(payment)).isEqualTo("completed 10000 0 0");
        assertThat(database.rows("SELECT provider_reference, amount_minor, status FROM payment_operation ORDER BY 1"))
                .containsExactly("cap-other 4000 succeeded", "cap-ours 6000 succeeded");
        assertThat(database.count("payment_event WHERE type = 'provider.conflict'")).isZero();
    }

    @Test
    void shouldReportOurCaptureWhereThatOfAnotherLeavesNoRoomForIt() throws Exception {
        // Given
        UUID payment = authorized(10_000);
        database.execute("UPDATE payment SET provider_reference = 'pi_1'");
        UUID capture = take(Kind.CAPTURE, payment, "60.00", null).operationId();
        sent(capture);
        captured(payment, "cap-other", 4_001);
        answer(capture, new ProviderOutcome.Completed("cap-ours", new Money(6_000, "USD")));

        // When
        ProviderEvent.Effect effect = captured(payment, "cap-ours", 6_000);

        // Then
        assertThat(effect).isEqualTo(ProviderEvent.Effect.CONFLICT);
        assertThat(state(payment)).isEqualTo("completed 4001 0 0");
    }

    @Test
    void shouldCancelAnAuthorisation() throws Exception {
        // Given
        UUID payment = authorized(10_000);
        UUID cancel = take(Kind.CANCEL, payment, null, null).operationId();

        // When
        answer(cancel, new ProviderOutcome.Completed("pi_1"));

        // Then
        assertThat(state(payment)).isEqualTo("cancelled 0 0 0");
    }

    @Test
    void shouldCancelAPaymentThatWasNotChargedYet() throws Exception {
        // Given
        UUID payment = pending(10_000);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'sandbox', now())", payment);

        // When
        UUID cancel = take(Kind.CANCEL, payment, null, null).operationId();

        // Then
        assertThat(state(payment)).isEqualTo("cancelled 0 0 0");
        assertThat(operations.find(cancel).orElseThrow().endedAt()).isNotNull();
        assertThat(database.count("charge_work")).isZero();
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldNotCancelAPaymentWhoseChargeIsBeingClaimed() throws Exception {
        // Given
        UUID payment = pending(10_000);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'sandbox', now())", payment);

        // When
        Exception refused = Sql.inTransaction(database.dataSource(), claiming -> {
            Sql.query(claiming, "SELECT 1 FROM charge_work WHERE payment_id = ? FOR UPDATE", row -> true, payment);
            try {
                take(Kind.CANCEL, payment, null, null);
                return null;
            } catch (Refusal e) {
                return e;
            }
        });

        // Then
        assertThat(refused).isInstanceOf(Refusal.class).hasMessageContaining("being charged");
        assertThat(state(payment)).isEqualTo("pending 0 0 0");
    }

    @Test
    void shouldMakeOneRefundOfARequestThatIsRepeatedUnderItsKey() throws Exception {
        // Given
        UUID payment = completed(10_000);
        RequestOperation.Taken first = take(Kind.REFUND, payment, "60.00", "key-1");

        // When
        RequestOperation.Taken second = take(Kind.REFUND, payment, "60.00", "key-1");

        // Then
        assertThat(second).isEqualTo(new RequestOperation.Taken(first.operationId(), true));
        assertThatThrownBy(() -> requests.take(new RequestOperation.Request(Kind.REFUND, payment, "10.00", null,
                new Idempotency.Key("shop", "key-1", new byte[]{9})))).hasMessageContaining("another request");
        assertThat(state(payment)).isEqualTo("completed 10000 6000 0");
    }

    @Test
    void shouldHideThePaymentsOfOthers() {
        // Given
        UUID payment = completed(10_000);

        // When
        Throwable refused = catchThrowable(() -> requests.take(new RequestOperation.Request(
                Kind.REFUND, payment, null, "somebody-else", new Idempotency.Key("shop", null, null))));

        // Then
        assertThat(refused).isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.NOT_FOUND));
    }

    private static RequestOperation.Taken take(Kind kind, UUID payment, String amount, String key) throws Exception {
        return requests.take(new RequestOperation.Request(kind, payment, amount, null,
                new Idempotency.Key("shop", key, key == null ? null : new byte[]{1})));
    }

    private static void sent(UUID operation) {
        database.execute("UPDATE payment_operation SET attempts = 1, sent_at = now(), due_at = now() + interval '1 minute' "
                + "WHERE id = ?", operation);
    }

    private static void answer(UUID operation, ProviderOutcome outcome) throws Exception {
        settle.settle(
                new OperationTask(operations.find(operation).orElseThrow(), "card", "pi_1", false, 1, 0, Instant.now(), null),
                outcome);
    }

    private static ProviderEvent.Effect captured(UUID payment, String capture, long minor) throws Exception {
        ProviderEvent event = new ProviderEvent("sandbox", Ids.next().toString(), ProviderEvent.Kind.COMPLETED, payment, "pi_1",
                capture, null, new Money(minor, "USD"), null);
        return Sql.inTransaction(database.dataSource(), connection -> TestApplyEvent.applyEvent().apply(connection, event));
    }

    private static String state(UUID payment) {
        return database.value("SELECT status || ' ' || captured_minor || ' ' || refund_claimed_minor || ' ' || refunded_minor "
                + "FROM payment WHERE id = ?", payment);
    }

    static UUID pending(long minor) {
        return pending(database, minor);
    }

    static UUID pending(TestDatabase database, long minor) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', ?, 'USD', 'card', 'sandbox')", id, minor);
        return id;
    }

    private static UUID completed(long minor) {
        UUID id = pending(minor);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?", id);
        database.execute("UPDATE payment SET status = 'completed', captured_minor = amount_minor WHERE id = ?", id);
        return id;
    }

    private static UUID authorized(long minor) {
        UUID id = pending(minor);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?", id);
        database.execute("UPDATE payment SET status = 'authorized' WHERE id = ?", id);
        return id;
    }
}
