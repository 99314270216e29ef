package io.payroute.payment.operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.Refusal;
import io.payroute.platform.access.Idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

class RefundsTest extends OperationsBed {

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
}
