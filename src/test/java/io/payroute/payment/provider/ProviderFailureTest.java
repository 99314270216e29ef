package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.payment.model.ChargeOutcome;

import static org.assertj.core.api.Assertions.assertThat;

class ProviderFailureTest {

    private final ProviderFailure failure = new ProviderFailure();

    static Stream<Throwable> beforeAnythingWasSent() {
        return Stream.of(new ConnectException("refused"), new UnknownHostException("provider"),
                new NoRouteToHostException("no route"), new IllegalStateException(new ConnectException("refused")));
    }

    static Stream<Throwable> perhapsAfterItArrived() {
        return Stream.of(new SocketTimeoutException("read"), new SocketException("reset"), new TimeoutException(),
                new NullPointerException(), new OutOfMemoryError(), new IllegalStateException("HTTP 500"));
    }

    @ParameterizedTest
    @MethodSource("beforeAnythingWasSent")
    void shouldKnowThatNothingWasChargedWithoutAConnection(Throwable cause) {
        // When
        ChargeOutcome outcome = failure.outcome(cause);

        // Then
        assertThat(outcome).isInstanceOf(ChargeOutcome.NotCharged.class);
    }

    @ParameterizedTest
    @MethodSource("perhapsAfterItArrived")
    void shouldLeaveEveryOtherFailureOpen(Throwable cause) {
        // When
        ChargeOutcome outcome = failure.outcome(cause);

        // Then
        assertThat(outcome).isInstanceOf(ChargeOutcome.Unanswered.class);
    }

    @Test
    @Timeout(value = 5, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldEndWithCircularCauses() {
        // Given
        IllegalStateException outer = new IllegalStateException("outer");
        outer.initCause(new IllegalStateException("inner", outer));

        // When
        ChargeOutcome outcome = failure.outcome(outer);

        // Then
        assertThat(outcome).isInstanceOf(ChargeOutcome.Unanswered.class);
    }

    @Test
    void shouldRecordNoCardNumber() {
        // When
        ChargeOutcome outcome = failure.outcome(new IllegalStateException("card 4111 1111 1111 1111 is blocked"));

        // Then
        assertThat(outcome.detail()).isEqualTo("IllegalStateException: card **** is blocked");
    }
}
