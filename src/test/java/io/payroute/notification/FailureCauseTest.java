package io.payroute.notification;

import java.net.SocketTimeoutException;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the answer of an HTTP service means for a message. */
class FailureCauseTest {

    @ParameterizedTest
    @CsvSource({"400,true", "404,true", "422,true", "401,false", "403,false", "408,false", "429,false", "500,false",
            "503,false",
            "302,false"})
    void shouldGiveUpWhatTheServiceWillNeverTake(int status, boolean permanent) {
        // Given
        Exception answer = new RuntimeException(
                new HttpOperationFailedException("https://chat.example/hooks/secret", status, "No",
                        null, null, "secret"));

        // When
        FailureCause cause = FailureCause.of(answer, "chat");

        // Then
        assertThat(SmtpFailure.isPermanent(answer)).isEqualTo(permanent);
        assertThat(cause)
                .isEqualTo(new FailureCause("the service answered " + status, "the service answered " + status, permanent));
    }

    @Test
    void shouldRepeatWhatWasNotAnsweredInTime() {
        // Given
        Exception failure = new SocketTimeoutException("Read timed out");

        // When
        FailureCause cause = FailureCause.of(failure, "chat");

        // Then
        assertThat(SmtpFailure.isPermanent(failure)).isFalse();
        assertThat(cause.ofThisMessage()).isFalse();
    }
}
