package io.payroute.payment.model;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static io.payroute.payment.model.PaymentStatus.CANCELLED;
import static io.payroute.payment.model.PaymentStatus.FAILED;
import static io.payroute.payment.model.PaymentStatus.REFUNDED;
import static io.payroute.payment.model.PaymentStatus.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

class PaymentStatusTest {

    @ParameterizedTest
    @CsvSource({"PENDING,PROCESSING,true", "PENDING,COMPLETED,false", "PENDING,FAILED,false", "PROCESSING,UNKNOWN,true",
            "PROCESSING,PENDING,false", "UNKNOWN,PROCESSING,false", "UNKNOWN,COMPLETED,true", "UNKNOWN,FAILED,true",
            "COMPLETED,FAILED,true", "AUTHORIZED,FAILED,false", "PARTIALLY_REFUNDED,FAILED,false", "FAILED,COMPLETED,false",
            "COMPLETED,REFUNDED,true", "REFUNDED,COMPLETED,false",
            "AUTHORIZED,COMPLETED,true", "AUTHORIZED,CANCELLED,true", "PARTIALLY_REFUNDED,REFUNDED,true"})
    void shouldAllowLegalWaysOnly(PaymentStatus from, PaymentStatus to, boolean legal) {
        // When
        boolean can = from.canBecome(to);

        // Then
        assertThat(can).isEqualTo(legal);
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotBecomeItself(PaymentStatus status) {
        // When
        boolean can = status.canBecome(status);

        // Then
        assertThat(can).isFalse();
    }

    @Test
    void shouldHaveFinalStates() {
        // When
        Set<PaymentStatus> ends = Set.of(REFUNDED, FAILED, CANCELLED);

        // Then
        assertThat(PaymentStatus.values()).allSatisfy(
                status -> assertThat(status.next().isEmpty()).as(status.name()).isEqualTo(ends.contains(status)));
        assertThat(UNKNOWN.next()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeReadFromItsWord(PaymentStatus status) {
        // When
        PaymentStatus read = PaymentStatus.ofWord(status.word());

        // Then
        assertThat(read).isEqualTo(status);
    }
}
