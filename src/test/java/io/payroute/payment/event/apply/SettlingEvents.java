package io.payroute.payment.event.apply;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.money.Money;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.event.DueEvent;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.query.FindPayments;
import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.TestWork;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;
import io.payroute.provider.UnreadableEvent;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** From a stored event to what came of it: the packaged routes, a provider's route that a test writes, and a real database. */
abstract class SettlingEvents {

    static final String APPLY = "payment-provider-event-apply";
    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<UUID> applied = Collections.synchronizedList(new ArrayList<>());
    final UUID payment = Ids.next();
    volatile Effect effect = Effect.APPLIED;
    volatile Exception failure;
    SettleProviderEvent settle;

    /** Says what came of an event. */
    final class Applying extends ApplyEvent {
        private Applying() {
            super(null, null);
        }

        @Override
        public Optional<UUID> paymentOf(Connection connection, ProviderEvent event) throws SQLException {
            return Sql.query(connection, "SELECT id FROM payment", row -> row.getObject(1, UUID.class)).stream().findFirst();
        }

        @Override
        Optional<Decided> decide(Connection connection, ProviderEvent event) throws SQLException {
            if (failure != null) {
                Sql.update(connection, "UPDATE payment SET description = 'half done'");
                if (failure instanceof SQLException sql) {
                    throw sql;
                }
                throw (RuntimeException) failure;
            }
            applied.add(event.paymentId());
            return switch (event.kind() == Kind.OTHER || event.kind() == Kind.UNDECLARED ? Effect.NO_EFFECT : effect) {
                case APPLIED -> Optional.of(new Decided(null, null, new Decision(PaymentState.Effect.BOOK, null)));
                case NOT_YET -> Optional.of(Decided.NO_PAYMENT);
                case CONFLICT -> Optional.of(Decided.of(
                        Sql.query(connection, "SELECT * FROM payment", FindPayments::payment).get(0),
                        PaymentFact.OTHER_CURRENCY));
                case NO_EFFECT -> Optional.empty();
            };
        }
    }

    /** The provider's route of this test: a payload is a kind, or nothing that can be read. */
    public final class Reading {
        public void read(Exchange exchange) throws Exception {
            DueEvent due = exchange.getMessage().getBody(DueEvent.class);
            String text = new String(due.payload(), StandardCharsets.UTF_8);
            if (text.equals("unreadable")) {
                throw new UnreadableEvent("the event has no type");
            }
            exchange.getMessage().setBody(new ProviderEvent(due.provider(), due.eventId(), Kind.valueOf(text), payment, "ref-1",
                    null, null, new Money(4999, "USD"), null));
        }
    }

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        EventSchedule schedule = new EventSchedule(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofDays(3));
        settle = new SettleProviderEvent(TestRoles.databases(database.dataSource()), schedule, new Applying(),
                meters);
        context.getRegistry().bind("settleProviderEvent", settle);
        context.getPropertiesComponent().addOverrideProperty("payment.provider-events.poll-interval", "20ms");
        TestWork.queue(context, PaymentQueues.PROVIDER_EVENTS,
                new ProviderEventQueue(TestRoles.databases(database.dataSource())));
        context.getRegistry().bind("providerWebhookHandler", new Object());
        context.getRegistry().bind("reading", new Reading());
        context.getPropertiesComponent().addOverrideProperty("role.payment", "true");
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/50-provider-events.camel.yaml");
        context.removeRouteDefinition(context.getRouteDefinition("payment-provider-event"));
        context.removeRouteDefinition(context.getRouteDefinition("payment-provider-event-store"));
        context.getRouteDefinition(APPLY).autoStartup(false);
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:provider-sandbox-events").errorHandler(noErrorHandler()).bean("reading", "read");
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    void insertPayment() {
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", payment);
    }

    static void received(String eventId, String payload, String ago) {
        database.execute("INSERT INTO provider_event (id, provider, event_id, type, payload, status, due_at, waiting_since) "
                + "VALUES (?, 'sandbox', ?, 'any', ?, 'waiting', now(), now() - ?::interval)", Ids.next(), eventId,
                payload.getBytes(StandardCharsets.UTF_8), ago);
    }

    /** Status, kind, payment, whether it was decided, and whether it is due later. */
    static void settled(String eventId, String expected) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(database.value("SELECT status, kind, payment_id, applied_at IS NOT NULL, "
                        + "CASE WHEN due_at > now() THEN 't' END FROM provider_event WHERE event_id = ? AND NOT (status = 'waiting' "
                        + "AND due_at > now() + interval '55 s' AND kind IS NULL) UNION ALL SELECT 'claimed', '', NULL, false, '' "
                        + "LIMIT 1", eventId)).isEqualTo(expected));
    }

    void dispatch() throws Exception {
        TestWork.run(context, APPLY, () -> database.value("SELECT count(*) FROM provider_event WHERE due_at <= now()"));
    }
}
