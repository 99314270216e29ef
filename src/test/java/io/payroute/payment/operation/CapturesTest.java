package io.payroute.payment.operation;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.Refusal;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CapturesTest extends OperationsBed {

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
}
