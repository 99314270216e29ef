package io.payroute.payment.event.apply;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import io.payroute.money.Money;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.testing.TestDatabase;

/** Events of providers, applied in a real database. */
@Timeout(120)
abstract class ApplyBed {

    static final List<String> WAY = List.of("processing", "authorized", "completed");
    static TestDatabase database;
    static ApplyEvent applyEvent;
    static RequestOperation requests;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
        applyEvent = TestApplyEvent.applyEvent();
        requests = new RequestOperation(TestRoles.databases(database.dataSource()),
                new TransitionPayment("payment.status-updated"));
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    static ProviderEvent event(ProviderEvent.Kind kind, UUID payment, long minor) {
        return new ProviderEvent("sandbox", "evt_1", kind, payment, "pi_1", "re_1", null, new Money(minor, "USD"), null);
    }

    static Effect apply(ProviderEvent event) throws Exception {
        return Sql.inTransaction(database.dataSource(), connection -> applyEvent.apply(connection, event));
    }

    static String status(UUID payment) {
        return database.value("SELECT status FROM payment WHERE id = ?", payment);
    }

    static UUID payment(String state) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 10000, 'USD', 'card', 'sandbox')", id);
        List<String> steps = switch (state) {
            case "pending" -> List.<String>of();
            case "processing" -> List.of("processing");
            case "cancelled" -> List.of("cancelled");
            case "cancelled once authorized" -> List.of("processing", "authorized", "cancelled");
            default -> List.of("processing", state);
        };
        steps.forEach(step -> database.execute("UPDATE payment SET status = ?, "
                + "captured_minor = CASE WHEN ? = 'completed' THEN amount_minor ELSE 0 END WHERE id = ?", step, step, id));
        return id;
    }
}
