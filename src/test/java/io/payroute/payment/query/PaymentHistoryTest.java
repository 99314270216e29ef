package io.payroute.payment.query;

import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentHistoryTest {

    private final TestDatabase database = TestDatabase.create();
    private final UUID payment = Ids.next();

    @Test
    void shouldTellACallAfterThePaymentWasTakenUpForIt() throws Exception {
        // Given
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, status, provider) "
                + "VALUES (?, 'u1', 777, 'EUR', 'card', 'pending', 'sandbox')", payment);
        database.execute("""
                WITH claimed AS (UPDATE payment SET status = 'processing' WHERE id = ? RETURNING id)
                INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, started_at, ended_at)
                SELECT id, 'sandbox', 'charge', 1, 'completed', now(), clock_timestamp() FROM claimed""", payment);

        // When
        var history = new PaymentHistory(TestRoles.databases(database.dataSource())).of(payment, null);

        // Then
        assertThat(history).extracting(one -> one.getString("type")).containsExactly("payment.created", "provider.chosen",
                "payment.status", "provider.call");
        assertThat(history).extracting(one -> Instant.parse(one.getString("at"))).isSorted();
    }
}
