package io.payroute.payment;

import java.sql.SQLException;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.outbox.Retention;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentUpkeepTest {

    private final TestDatabase database = TestDatabase.create();

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldForgetASecretWhenThePaymentHasItsOutcome() throws SQLException {
        // Given
        payment("waits", "processing");
        payment("unheard", "processing", "unknown");
        payment("confirmed", "processing", "completed");
        payment("given-up", "processing", "failed");
        Retention.Rule rule = new PaymentUpkeep().rules().get(0);

        // When
        Sql.update(database.dataSource(), "DELETE FROM " + rule.table() + " WHERE " + rule.condition(),
                (double) rule.age().toSeconds());

        // Then
        assertThat(database.rows("SELECT client_secret FROM payment_action ORDER BY 1")).containsExactly("unheard", "waits");
    }

    private void payment(String secret, String... states) {
        UUID id = UUID.randomUUID();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'ada', 1, 'USD', 'card', 'stripe')", id);
        for (String state : states) {
            database.execute("UPDATE payment SET status = ? WHERE id = ?", state, id);
        }
        database.execute("INSERT INTO payment_action (payment_id, provider, client_secret) VALUES (?, 'stripe', ?)", id,
                secret);
    }
}
