package io.payroute.payment.charge;

import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderMeters;
import io.payroute.payment.routing.ProviderTries;
import io.payroute.platform.Ids;

import static org.assertj.core.api.Assertions.assertThat;

/** A change of provider in a real database: work row, payment and history change together, or not at all. */
class SettleFailoverTest extends SettleBed {

    private static final String STATE = """
            SELECT p.status, p.provider, p.provider_reference, w.provider, w.sent_at IS NULL, w.due_at <= now(), w.attempts
            FROM payment p JOIN charge_work w ON w.payment_id = p.id""";
    private static final ProviderOutcome REFUSED = new ProviderOutcome.NotDone("refused");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProviderBreakers breakers = TestPayments.breakers();
    private final SettleCharge settleCharge = settling(
            TestPayments.rules(3, TestPayments.providerRules("rules: [{name: both, providers: [sandbox, other]}]"), breakers),
            breakers, new ProviderMeters(registry));

    @Test
    void shouldGiveTheChargeToTheNextProvider() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, 1, REFUSED);

        // Then
        assertThat(database.rows(STATE)).containsExactly("processing other null other t t 1");
        assertThat(database.rows("SELECT provider, operation, outcome FROM provider_call"))
                .containsExactly("sandbox charge not_done");
        assertThat(
                database.rows("SELECT payment_id, type, detail->>'from', detail->>'to', detail->>'reason' FROM payment_event"))
                .containsExactly(id + " provider.failover sandbox other not_done");
        assertThat(database.count("outbox")).isZero();
        assertThat(registry.counter("payroute.provider.failovers", "reason", "not_done").count()).isEqualTo(1);
    }

    @Test
    void shouldRecordTheReasonOfASoftDecline() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, 1, new ProviderOutcome.Declined("do_not_honor", true));

        // Then
        assertThat(database.rows(STATE)).containsExactly("processing other null other t t 1");
        assertThat(database.rows("SELECT detail->>'reason' FROM payment_event")).containsExactly("do_not_honor");
    }

    @Test
    void shouldKeepNoReferenceOfTheProviderThatIsLeft() throws Exception {
        // Given
        UUID id = processing(1, 0);
        database.execute("UPDATE payment SET provider_reference = 'sandbox-ref'");

        // When
        settle(id, 1, REFUSED);

        // Then
        assertThat(database.rows(STATE)).containsExactly("processing other null other t t 1");
    }

    @Test
    void shouldChangeNothingWhenAnotherClaimHasTakenTheChargeOver() throws Exception {
        // Given
        UUID id = processing(1, 1);

        // When
        settle(id, 1, REFUSED);

        // Then
        assertThat(database.rows(STATE)).containsExactly("processing sandbox null sandbox f t 1");
        assertThat(database.rows("SELECT outcome FROM provider_call")).containsExactly("not_done");
        assertThat(database.count("payment_event")).isZero();
    }

    @Test
    void shouldChangeNothingWhenThePaymentHasChangedMeanwhile() throws Exception {
        // Given
        UUID id = processing(1, 0);
        database.execute("UPDATE payment SET status = 'completed'");

        // When
        settle(id, 1, REFUSED);

        // Then
        assertThat(database.rows(STATE)).containsExactly("completed sandbox null sandbox f t 1");
        assertThat(database.count("payment_event")).isZero();
    }

    @Test
    void shouldNotFailOverWithoutAnAnswer() throws Exception {
        // Given
        UUID id = processing(1, 0);

        // When
        settle(id, 1, new ProviderOutcome.Unanswered("timeout"));

        // Then
        assertThat(database.rows(STATE)).containsExactly("unknown sandbox null sandbox f f 1");
        assertThat(database.count("payment_event")).isZero();
    }

    private void settle(UUID id, int attempts, ProviderOutcome outcome) throws Exception {
        settleCharge
                .settle(new ChargeTask(TestPayments.payment(id, PaymentStatus.PROCESSING), false, attempts, 0, Instant.now(),
                        null, "both", ProviderTries.NONE), outcome)
                .toCompletableFuture().get();
    }

    private static UUID processing(int attempts, int queries) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox', 'both')", id);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?", id);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at, attempts, queries, sent_at) "
                + "VALUES (?, 'sandbox', now(), ?, ?, now())", id, attempts, queries);
        return id;
    }
}
