package io.payroute.payment.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import io.payroute.money.Money;
import io.payroute.payment.TestPayments;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.event.apply.TestApplyEvent;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.query.FindOperations;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.testing.TestDatabase;

/** Captures, cancellations and refunds from the request to the provider's answer, in a real database. */
@Timeout(60)
abstract class OperationsBed {

    static TestDatabase database;
    static RequestOperation requests;
    static SettleOperation settle;
    static FindOperations operations;
    static OperationOutcomes outcomes;

    final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        TransitionPayment transitionPayment = new TransitionPayment("payment.status-updated");
        requests = new RequestOperation(databases, transitionPayment);
        operations = new FindOperations(databases);
        outcomes = new OperationOutcomes(operations, 10, Duration.ofMinutes(1));
        settle = new SettleOperation(databases, TestPayments.rules(3), TestPayments.breakers(), transitionPayment, outcomes);
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @AfterAll
    static void stopWaiting() {
        outcomes.close();
    }

    static RequestOperation.Taken take(Kind kind, UUID payment, String amount, String key) throws Exception {
        return requests.take(new RequestOperation.Request(kind, payment, amount, null,
                new Idempotency.Key("shop", key, key == null ? null : new byte[]{1})));
    }

    static void sent(UUID operation) {
        database.execute("UPDATE payment_operation SET attempts = 1, sent_at = now(), due_at = now() + interval '1 minute' "
                + "WHERE id = ?", operation);
    }

    static void answer(UUID operation, ProviderOutcome outcome) throws Exception {
        settle.settle(
                new OperationTask(operations.find(operation).orElseThrow(), "card", "pi_1", false, 1, 0, Instant.now(), null),
                outcome);
    }

    static ProviderEvent.Effect captured(UUID payment, String capture, long minor) throws Exception {
        ProviderEvent event = new ProviderEvent("sandbox", Ids.next().toString(), ProviderEvent.Kind.COMPLETED, payment, "pi_1",
                capture, null, new Money(minor, "USD"), null);
        return Sql.inTransaction(database.dataSource(), connection -> TestApplyEvent.applyEvent().apply(connection, event));
    }

    static String state(UUID payment) {
        return database.value("SELECT status || ' ' || captured_minor || ' ' || refund_claimed_minor || ' ' || refunded_minor "
                + "FROM payment WHERE id = ?", payment);
    }

    static UUID pending(long minor) {
        return pending(database, minor);
    }

    static UUID pending(TestDatabase database, long minor) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', ?, 'USD', 'card', 'sandbox')", id, minor);
        return id;
    }

    static UUID completed(long minor) {
        UUID id = pending(minor);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?", id);
        database.execute("UPDATE payment SET status = 'completed', captured_minor = amount_minor WHERE id = ?", id);
        return id;
    }

    static UUID authorized(long minor) {
        UUID id = pending(minor);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?", id);
        database.execute("UPDATE payment SET status = 'authorized' WHERE id = ?", id);
        return id;
    }
}
