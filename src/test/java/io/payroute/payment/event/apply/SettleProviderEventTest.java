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
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.money.Money;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.event.DueEvent;
import io.payroute.platform.Ids;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.TestWork;
import io.payroute.platform.work.WakeUps;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;
import io.payroute.provider.UnreadableEvent;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** From a stored event to what came of it: the packaged routes, a provider's route that a test writes, and a real database. */
class SettleProviderEventTest {

    private static final String APPLY = "payment-provider-event-apply";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<UUID> applied = Collections.synchronizedList(new ArrayList<>());
    private final UUID payment = Ids.next();
    private volatile Effect effect = Effect.APPLIED;
    private volatile Exception failure;
    private SettleProviderEvent settle;

    /** Says what came of an event. */
    private final class Applying extends ApplyEvent {
        private Applying() {
            super(null, null, null, null);
        }

        @Override
        public Optional<UUID> paymentOf(Connection connection, ProviderEvent event) throws SQLException {
            return Sql.query(connection, "SELECT id FROM payment", row -> row.getObject(1, UUID.class)).stream().findFirst();
        }

        @Override
        public Effect apply(Connection connection, ProviderEvent event) throws SQLException {
            if (failure != null) {
                Sql.update(connection, "UPDATE payment SET description = 'half done'");
                if (failure instanceof SQLException sql) {
                    throw sql;
                }
                throw (RuntimeException) failure;
            }
            applied.add(event.paymentId());
            return event.kind() == Kind.OTHER || event.kind() == Kind.UNDECLARED ? Effect.NO_EFFECT : effect;
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

    @ParameterizedTest
    @CsvSource({"APPLIED, applied", "NO_EFFECT, no_effect", "CONFLICT, conflict"})
    void shouldRecordWhatCameOfAnEvent(Effect of, String status) throws Exception {
        // Given
        effect = of;
        insertPayment();
        received("e1", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", status + " completed " + payment + " t null");
        assertThat(applied).containsExactly(payment);
    }

    @Test
    void shouldListEveryEventOfATypeThatNobodyDeclared() throws Exception {
        // Given
        insertPayment();
        received("e1", "UNDECLARED", "1 second");
        received("e2", "UNDECLARED", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", "undeclared undeclared " + payment + " t null");
        settled("e2", "undeclared undeclared " + payment + " t null");
        assertThat(database.rows("SELECT detail FROM provider_event"))
                .containsOnly("the provider's route declares no any");
        Awaitility.await().untilAsserted(() -> assertThat(meters.counter("payroute.provider.events.settled", "provider",
                "sandbox", "status", "undeclared").count()).isEqualTo(2));
    }

    @Test
    void shouldKeepAnEarlyEventUntilItsPaymentIsThere() throws Exception {
        // Given
        effect = Effect.NOT_YET;
        received("e1", "COMPLETED", "1 second");
        dispatch();
        settled("e1", "waiting completed null f t");
        assertThat(
                database.value("SELECT due_at BETWEEN now() + interval '20s' AND now() + interval '70s' FROM provider_event"))
                .isEqualTo("t");
        insertPayment();
        effect = Effect.APPLIED;
        database.execute("UPDATE provider_event SET due_at = now()");

        // When
        dispatch();

        // Then
        settled("e1", "applied completed " + payment + " t null");
    }

    @Test
    void shouldGiveUpWhatNeverMatchesAndKeepItToBeFound() throws Exception {
        // Given
        effect = Effect.NOT_YET;
        received("e1", "COMPLETED", "73 hours");

        // When
        dispatch();

        // Then
        settled("e1", "unmatched completed null t null");
        assertThat(database.value("SELECT detail FROM provider_event")).contains("no payment");
    }

    @Test
    void shouldPutAsideWhatCannotBeReadAndApplyTheRest() throws Exception {
        // Given
        received("e1", "unreadable", "1 second");
        received("e2", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", "unreadable null null t null");
        settled("e2", "applied completed null t null");
    }

    @Test
    void shouldRecordWhatChangesNothing() throws Exception {
        // Given
        received("e1", "OTHER", "1 second");

        // When
        dispatch();

        // Then
        settled("e1", "no_effect other null t null");
    }

    @Test
    void shouldUndoAndTryAgainAfterAFailure() throws Exception {
        // Given
        insertPayment();
        failure = new SQLException("unavailable", "08006");
        received("e1", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(
                        () -> assertThat(database.value("SELECT status || ' ' || coalesce(detail, '') FROM provider_event"))
                                .isEqualTo("waiting SQLException: unavailable"));
        assertThat(database.value("SELECT description FROM payment")).isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource({"-2", "2"})
    void shouldWaitByTheClockOfTheDatabase(long minutesAhead) throws Exception {
        // Given
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        effect = Effect.NOT_YET;
        insertPayment();
        received("e1", "COMPLETED", "1 second");

        // When
        dispatch();

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(
                () -> assertThat(database.value("SELECT kind, due_at BETWEEN now() AND now() + interval '1 min' "
                        + "FROM provider_event")).isEqualTo("completed t"));
    }

    @ParameterizedTest
    @CsvSource({"-2, 71:59, waiting", "2, 71:59, waiting", "-2, 72:01, unmatched", "2, 72:01, unmatched"})
    void shouldGiveUpByTheClockOfTheDatabase(long minutesAhead, String ago, String status) throws Exception {
        // Given
        database.clockAhead(Duration.ofMinutes(minutesAhead));
        effect = Effect.NOT_YET;
        insertPayment();
        received("e1", "COMPLETED", ago);

        // When
        dispatch();

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(
                () -> assertThat(database.value("SELECT kind, status FROM provider_event")).isEqualTo("completed " + status));
    }

    @Test
    void shouldCallWhatFailsForEverFailed() throws Exception {
        // Given
        failure = new NullPointerException("bug");
        received("e1", "COMPLETED", "73 hours");

        // When
        dispatch();

        // Then
        settled("e1", "failed null null t null");
    }

    @Test
    void shouldChangeNothingByAClaimThatWasTakenOver() throws Exception {
        // Given
        received("e1", "COMPLETED", "1 second");
        UUID id = UUID.fromString(database.value("SELECT id FROM provider_event"));
        database.execute("UPDATE provider_event SET attempts = 2");
        Exchange late = new DefaultExchange(context);
        late.setProperty(DueEvent.PROPERTY,
                new DueEvent(id, "sandbox", "e1", "COMPLETED".getBytes(StandardCharsets.UTF_8), 1, Duration.ZERO));
        late.getMessage().setBody(late.getProperty(DueEvent.PROPERTY));
        new Reading().read(late);
        AtomicInteger woken = new AtomicInteger();
        Runnable wake = woken::incrementAndGet;
        WakeUps.add(PaymentQueues.WEBHOOKS, wake);

        // When
        settle.apply(late);

        // Then
        WakeUps.remove(PaymentQueues.WEBHOOKS, wake);
        assertThat(woken).hasValue(0);
        assertThat(applied).isEmpty();
        assertThat(database.value("SELECT status FROM provider_event")).isEqualTo("waiting");
    }

    @Test
    void shouldClaimEachEventOnce() throws Exception {
        // Given
        for (int i = 0; i < 50; i++) {
            received("e" + i, "COMPLETED", "1 second");
        }

        // When
        for (int i = 0; i < 20; i++) {
            dispatch();
        }

        // Then
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
            dispatch();
            assertThat(database.value("SELECT count(*) FROM provider_event WHERE status = 'applied'")).isEqualTo("50");
        });
        assertThat(applied).hasSize(50);
    }

    private void insertPayment() {
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", payment);
    }

    private static void received(String eventId, String payload, String ago) {
        database.execute("INSERT INTO provider_event (id, provider, event_id, type, payload, status, due_at, waiting_since) "
                + "VALUES (?, 'sandbox', ?, 'any', ?, 'waiting', now(), now() - ?::interval)", Ids.next(), eventId,
                payload.getBytes(StandardCharsets.UTF_8), ago);
    }

    /** Status, kind, payment, whether it was decided, and whether it is due later. */
    private static void settled(String eventId, String expected) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(database.value("SELECT status, kind, payment_id, applied_at IS NOT NULL, "
                        + "CASE WHEN due_at > now() THEN 't' END FROM provider_event WHERE event_id = ? AND NOT (status = 'waiting' "
                        + "AND due_at > now() + interval '55 s' AND kind IS NULL) UNION ALL SELECT 'claimed', '', NULL, false, '' "
                        + "LIMIT 1", eventId)).isEqualTo(expected));
    }

    private void dispatch() throws Exception {
        TestWork.run(context, APPLY, () -> database.value("SELECT count(*) FROM provider_event WHERE due_at <= now()"));
    }
}
