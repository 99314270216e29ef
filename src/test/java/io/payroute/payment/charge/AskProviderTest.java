package io.payroute.payment.charge;

import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A query that waits can be made due; nothing else can, for it would be a second call beside one that is under way. */
class AskProviderTest {

    private static final String DUE = "SELECT due_at <= now() AND not_before <= now() FROM charge_work";
    private static TestDatabase database;

    private final AskProvider ask = new AskProvider(TestRoles.databases(database.dataSource()));
    private final UUID payment = Ids.next();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, status, provider) "
                + "VALUES (?, 'u1', 777, 'EUR', 'card', 'pending', 'stripe')", payment);
    }

    @Test
    void shouldMakeAQueryDueThatWaits() throws Exception {
        // Given
        waits("now() - interval '1 hour'", "now() + interval '1 hour'", "now() + interval '1 hour'");

        // When
        ask();

        // Then
        assertThat(database.value(DUE)).isEqualTo("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"now() - interval '1 hour'|now() + interval '1 minute'|now() - interval '1 second'",
            "NULL|now() + interval '1 hour'|now() + interval '1 hour'"})
    void shouldLeaveAloneWhatIsClaimedOrWasNeverSent(String times) {
        // Given
        String[] columns = times.split("\\|");
        waits(columns[0], columns[1], columns[2]);

        // When
        assertThatExceptionOfType(Refusal.class).isThrownBy(this::ask);

        // Then
        assertThat(database.value(DUE)).isEqualTo("f");
    }

    @Test
    void shouldSayThatThereIsNothingToAsk() {
        assertThatExceptionOfType(Refusal.class).isThrownBy(this::ask);
    }

    private void waits(String sentAt, String dueAt, String notBefore) {
        database.execute(
                "INSERT INTO charge_work (payment_id, provider, sent_at, due_at, not_before) VALUES (?, 'stripe', " + sentAt
                        + ", " + dueAt + ", " + notBefore + ")",
                payment);
    }

    private void ask() throws Exception {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("id", payment.toString());
        ask.now(exchange);
    }
}
