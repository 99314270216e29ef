package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;

import static org.assertj.core.api.Assertions.assertThat;

class ProviderFailureTest {

    private static final ProviderCall CHARGE = call(ProviderCall.CHARGE);

    private final ProviderFailure failure = new ProviderFailure();

    static Stream<Throwable> beforeAnythingWasSent() {
        return Stream.of(new ConnectException("refused"), new UnknownHostException("provider"),
                new NoRouteToHostException("no route"), new IllegalStateException(new ConnectException("refused")),
                new ConnectTimeoutException("connect timed out"), new ConnectionRequestTimeoutException("pool is empty"),
                new SSLHandshakeException("no trust"), new SSLPeerUnverifiedException("another host"));
    }

    static Stream<Throwable> perhapsAfterItArrived() {
        return Stream.of(new SocketTimeoutException("read"), new SocketException("reset"), new TimeoutException(),
                new NoHttpResponseException("closed"), new SSLException("record"), new RejectedExecutionException(),
                new NullPointerException(), new OutOfMemoryError(), new IllegalStateException("HTTP 500"));
    }

    @Test
    void shouldKeepAnAnswerThatALaterStepFailedBehind() {
        // Given
        ProviderOutcome answer = new ProviderOutcome.Completed("ref-1");

        // When
        ProviderOutcome outcome = failure.outcome(new ConnectException("the step's own server is unavailable"), CHARGE, answer);

        // Then
        assertThat(outcome).isSameAs(answer);
    }

    @ParameterizedTest
    @MethodSource("beforeAnythingWasSent")
    void shouldKnowThatNothingWasChargedWithoutAConnection(Throwable cause) {
        // When
        ProviderOutcome outcome = failure.outcome(cause, CHARGE, null);

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.NotDone.class);
    }

    @ParameterizedTest
    @MethodSource("beforeAnythingWasSent")
    void shouldLeaveAChargeOpenWhoseProviderCannotBeQueried(Throwable cause) {
        // When
        ProviderOutcome outcome = failure.outcome(cause, call(ProviderCall.STATUS), null);

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @ParameterizedTest
    @MethodSource("perhapsAfterItArrived")
    void shouldLeaveEveryOtherFailureOpen(Throwable cause) {
        // When
        ProviderOutcome outcome = failure.outcome(cause, CHARGE, null);

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @Test
    @Timeout(value = 5, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldEndWithCircularCauses() {
        // Given
        IllegalStateException outer = new IllegalStateException("outer");
        outer.initCause(new IllegalStateException("inner", outer));

        // When
        ProviderOutcome outcome = failure.outcome(outer, CHARGE, null);

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @Test
    void shouldRecordNoCardNumber() {
        // When
        ProviderOutcome outcome = failure.outcome(new IllegalStateException("card 4111 1111 1111 1111 is blocked"), CHARGE,
                null);

        // Then
        assertThat(outcome.detail()).isEqualTo("IllegalStateException: card **** is blocked");
    }

    @ParameterizedTest
    @MethodSource("perhapsAfterItArrived")
    void shouldTakeWhatFailsBeforeTheOperationForNotDone(Throwable cause) {
        // When
        ProviderOutcome outcome = failure.outcome(cause, CHARGE.prepare(), null);

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.NotDone.class);
    }

    private static ProviderCall call(String operation) {
        return new ProviderCall(operation, null, "key", new UUID(0, 0), null, new Money(4999, "USD"), "card", 1);
    }
}
