package io.payroute.platform;

import java.io.CharConversionException;
import java.io.IOException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.core.JsonParseException;
import com.google.protobuf.InvalidProtocolBufferException;

import io.grpc.Status;

import static org.assertj.core.api.Assertions.assertThat;

class TransientTest {

    static Stream<Throwable> curedByTime() {
        return Stream.of(new SQLException("connection", "08006"), new SQLException("deadlock", "40P01"),
                new SQLException("too many connections", "53300"), new SQLException("shutdown", "57P01"),
                new SQLException("Sorry, acquisition timeout!", (String) null), Status.UNAVAILABLE.asRuntimeException(),
                Status.DEADLINE_EXCEEDED.asException(), Status.RESOURCE_EXHAUSTED.asRuntimeException(),
                Status.UNAUTHENTICATED.asRuntimeException(), Status.PERMISSION_DENIED.asRuntimeException(),
                new TimeoutException(), new RejectedExecutionException(), new NotLeaderOrFollowerException("leader"),
                new ConnectException("refused"), new IOException("reset"),
                new IllegalStateException(new RuntimeException(new ConnectException("deep"))));
    }

    static Stream<Throwable> forGood() {
        return Stream.of(new SQLException("check", "23514"), new SQLException("syntax", "42601"),
                new SQLException("data", "22001"), Status.INVALID_ARGUMENT.asRuntimeException(), Status.INTERNAL.asException(),
                new InvalidProtocolBufferException("truncated"), new CharConversionException("UTF-32"),
                new JsonParseException(null, "bad"),
                new RecordTooLargeException("large"), new NullPointerException(), new IllegalArgumentException("bug"),
                Refusal.invalid("amount", "rule", "detail"));
    }

    @ParameterizedTest
    @MethodSource("curedByTime")
    void shouldRepeatWhatTimeCures(Throwable failure) {
        // When
        boolean repeat = Transient.is(failure);

        // Then
        assertThat(repeat).isTrue();
    }

    @ParameterizedTest
    @MethodSource("forGood")
    void shouldNotRepeatWhatTimeDoesNotCure(Throwable failure) {
        // When
        List<Boolean> repeats = List.of(Transient.is(failure), Transient.is(new RuntimeException(failure)));

        // Then
        assertThat(repeats).containsOnly(false);
    }

    @Test
    @Timeout(value = 5, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldEndWithCircularCauses() {
        // Given
        IllegalStateException outer = new IllegalStateException("outer");
        outer.initCause(new IllegalStateException("inner", outer));

        // When
        boolean repeat = Transient.is(outer);

        // Then
        assertThat(repeat).isFalse();
    }
}
