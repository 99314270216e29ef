package io.payroute.payment.event.apply;

import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;

import io.payroute.money.Money;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;

/** Further money for a payment: of an authorisation of 100.00 that the provider calls auth-1. */
abstract class CaptureEvents extends ApplyBed {

    UUID payment;

    @BeforeEach
    void authorize() {
        payment = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, capture) "
                + "VALUES (?, 'user-1', 10000, 'USD', 'card', 'paypal', false)", payment);
        database.execute("UPDATE payment SET status = 'processing'");
        database.execute("UPDATE payment SET status = 'authorized', provider_reference = 'auth-1'");
    }

    /** As the answer to a charge leaves it. */
    void complete() {
        database.execute("UPDATE payment SET status = 'completed', captured_minor = amount_minor");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) VALUES (?, 'paypal', 'charge', 1, 'completed', 'auth-1', now(), now())", payment);
    }

    Effect apply(String reference, String capture, long minor) throws Exception {
        return apply(Kind.COMPLETED, reference, capture, minor);
    }

    Effect refund(String reference, long minor) throws Exception {
        return apply(Kind.REFUNDED, "cap-1", reference, minor);
    }

    Effect apply(Kind kind, String reference, String part, long minor) throws Exception {
        ProviderEvent event = new ProviderEvent("paypal", Ids.next().toString(), kind, payment, reference, part, null,
                new Money(minor, "USD"), null);
        return Sql.inTransaction(database.dataSource(), connection -> applyEvent.apply(connection, event));
    }

    static String captured() {
        return database.value("SELECT status || ' ' || captured_minor FROM payment");
    }
}
