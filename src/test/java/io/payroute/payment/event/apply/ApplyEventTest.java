package io.payroute.payment.event.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.testing.Seeded;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class ApplyEventTest {

    private static final List<String> WAY = List.of("processing", "authorized", "completed");
    private static TestDatabase database;
    private static ApplyEvent applyEvent;
    private static RequestOperation requests;

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

    @ParameterizedTest
    @CsvSource({"pending, COMPLETED, NOT_YET, pending", "pending, FAILED, NOT_YET, pending",
            "processing, COMPLETED, APPLIED, completed", "processing, FAILED, NOT_YET, processing",
            "processing, AUTHORIZED, NO_EFFECT, processing", "unknown, COMPLETED, APPLIED, completed",
            "unknown, FAILED, APPLIED, failed", "authorized, COMPLETED, APPLIED, completed",
            "authorized, CANCELLED, APPLIED, cancelled", "authorized, FAILED, NO_EFFECT, authorized",
            "completed, COMPLETED, NO_EFFECT, completed", "completed, FAILED, NO_EFFECT, completed",
            "completed, CANCELLED, NO_EFFECT, completed", "failed, COMPLETED, CONFLICT, failed",
            "failed, FAILED, NO_EFFECT, failed", "cancelled, COMPLETED, CONFLICT, cancelled",
            "cancelled, AUTHORIZED, CONFLICT, cancelled", "cancelled once authorized, AUTHORIZED, NO_EFFECT, cancelled",
            "completed, OTHER, NO_EFFECT, completed", "completed, REFUNDED, APPLIED, refunded",
            "processing, REFUNDED, NOT_YET, processing", "failed, REFUNDED, CONFLICT, failed",
            "completed, REFUND_FAILED, NO_EFFECT, completed", "completed, UNDECLARED, NO_EFFECT, completed",
            "authorized, CAPTURE_DECLINED, NO_EFFECT, authorized", "completed, CAPTURE_DECLINED, NO_EFFECT, completed",
            "unknown, CAPTURE_DECLINED, APPLIED, failed", "authorized, CANCELLED_OR_REFUNDED, APPLIED, cancelled",
            "completed, CANCELLED_OR_REFUNDED, APPLIED, refunded", "cancelled, CANCELLED_OR_REFUNDED, NO_EFFECT, cancelled",
            "pending, CANCELLED_OR_REFUNDED, NOT_YET, pending", "completed, CAPTURE_FAILED, APPLIED, failed",
            "processing, CAPTURE_FAILED, NOT_YET, processing", "failed, CAPTURE_FAILED, NO_EFFECT, failed",
            "cancelled, CAPTURE_FAILED, NO_EFFECT, cancelled"})
    void shouldApplyAnEventOnlyWhereTheStateMachineAllowsIt(String state, ProviderEvent.Kind kind, Effect effect,
            String after) throws Exception {
        // Given
        UUID payment = payment(state);

        // When
        Effect seen = apply(event(kind, payment, 10_000));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(status(payment)).isEqualTo(after);
        assertThat(database.count("outbox")).isEqualTo(effect == Effect.APPLIED ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"not_done, 1 minute, 0 minutes, NOT_YET, unknown", "unanswered, 1 minute, 2 minutes, APPLIED, failed"})
    void shouldNotFailAnUnknownPaymentWhileItsChargeIsOnItsWayOnceMore(String heard, String heardAgo, String sentAgo,
            Effect effect, String after) throws Exception {
        // Given
        UUID payment = payment("unknown");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, started_at, ended_at) "
                + "VALUES (?, 'sandbox', 'status', 1, ?, now(), now() - ?::interval)", payment, heard, heardAgo);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at, attempts, queries, sent_at) "
                + "VALUES (?, 'sandbox', now() + interval '1 minute', 2, 1, now() - ?::interval)", payment, sentAgo);

        // When
        Effect seen = apply(event(ProviderEvent.Kind.FAILED, payment, 10_000));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(status(payment)).isEqualTo(after);
    }

    @Test
    void shouldWaitForAPaymentThatIsNotHereYet() throws Exception {
        // When
        Effect effect = apply(event(ProviderEvent.Kind.COMPLETED, UUID.randomUUID(), 10_000));

        // Then
        assertThat(effect).isEqualTo(Effect.NOT_YET);
    }

    @Test
    void shouldFindThePaymentByTheProvidersReference() throws Exception {
        // Given
        UUID payment = payment("completed");
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, started_at, "
                + "ended_at) VALUES (?, 'sandbox', 'charge', 1, 'completed', 'pi_1', now(), now())", payment);

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, null, "pi_1", "re_1", null,
                new Money(2_500, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(database.value("SELECT status || ' ' || refund_claimed_minor || ' ' || refunded_minor FROM payment"))
                .isEqualTo("partially_refunded 2500 2500");
    }

    @Test
    void shouldFindAPaymentThatAnEventCompletedByTheReferenceOfThatEvent() throws Exception {
        // Given
        UUID payment = payment("unknown");
        apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.COMPLETED, payment, "pi_1", null, null,
                new Money(10_000, "USD"), null));

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_2", ProviderEvent.Kind.REFUNDED, null, "pi_1", "re_1", null,
                new Money(10_000, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(status(payment)).isEqualTo("refunded");
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, 9999, USD", "COMPLETED, 10000, EUR", "REFUNDED, 10001, USD", "REFUNDED, 0, USD"})
    void shouldLeaveAnAmountThatContradictsOursToAPerson(ProviderEvent.Kind kind, long minor, String currency)
            throws Exception {
        // Given
        UUID payment = payment(kind == ProviderEvent.Kind.COMPLETED ? "processing" : "completed");

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_1", kind, payment, "pi_1", "re_1", null,
                new Money(minor, currency), null));

        // Then
        assertThat(effect).isEqualTo(Effect.CONFLICT);
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldReportMoneyThatMovesAtAProviderWhichHadHandedThePaymentOver() throws Exception {
        // Given
        UUID payment = payment("completed");

        // When
        Effect effect = apply(new ProviderEvent("stripe", "evt_1", ProviderEvent.Kind.COMPLETED, payment, "pi_1", null, null,
                new Money(10_000, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.CONFLICT);
    }

    @Test
    void shouldCountARefundOfOursOnceWhetherTheEventOrTheAnswerComesFirst() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = requests.take(new RequestOperation.Request(Kind.REFUND, payment, "60.00", null,
                new Idempotency.Key("shop", null, null))).operationId();
        ProviderEvent event = new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1",
                refund, new Money(6_000, "USD"), null);

        // When
        List<Effect> effects = List.of(apply(event), apply(event));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.NO_EFFECT);
        assertThat(database.value("SELECT status || ' ' || refund_claimed_minor || ' ' || refunded_minor FROM payment"))
                .isEqualTo("partially_refunded 6000 6000");
        assertThat(database.count("payment_operation")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"4000, NOT_YET, 0", "10000, APPLIED, 10000", "10001, CONFLICT, 0"})
    void shouldWaitWithTheCaptureOfAPartUntilTheAuthorisationIsHere(long minor, Effect effect, String captured)
            throws Exception {
        // Given
        UUID payment = payment("processing");
        database.execute("UPDATE payment SET capture = false");

        // When
        Effect seen = apply(event(ProviderEvent.Kind.COMPLETED, payment, minor));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(database.value("SELECT captured_minor FROM payment")).isEqualTo(captured);
    }

    @Test
    void shouldNotFailWhatIsStillToBeAuthorisedBecauseACaptureWasRefused() throws Exception {
        // Given
        UUID payment = payment("unknown");
        database.execute("UPDATE payment SET capture = false");

        // When
        Effect effect = apply(event(ProviderEvent.Kind.CAPTURE_DECLINED, payment, 10_000));

        // Then
        assertThat(effect).isEqualTo(Effect.NO_EFFECT);
        assertThat(status(payment)).isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource({"6000, APPLIED, partially_refunded 6000 6000 succeeded 6000, 0",
            "5900, APPLIED, partially_refunded 5900 5900 succeeded 5900, 1",
            "10000, APPLIED, refunded 10000 10000 succeeded 10000, 1", "10001, CONFLICT, completed 6000 0 pending 6000, 0",
            "0, CONFLICT, completed 6000 0 pending 6000, 0"})
    void shouldBookARefundOfOursWithWhatTheProviderGaveBack(long minor, Effect effect, String booked, long told)
            throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = requests.take(new RequestOperation.Request(Kind.REFUND, payment, "60.00", null,
                new Idempotency.Key("shop", null, null))).operationId();

        // When
        Effect seen = apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1", refund,
                new Money(minor, "USD"), null));

        // Then
        assertThat(seen).isEqualTo(effect);
        assertThat(database.value("SELECT p.status || ' ' || refund_claimed_minor || ' ' || refunded_minor || ' ' || o.status "
                + "|| ' ' || o.amount_minor FROM payment p, payment_operation o")).isEqualTo(booked);
        assertThat(database.count("payment_event WHERE type = 'operation.differs'")).isEqualTo(told);
    }

    @Test
    void shouldRefundWhatIsLeftWhenAllOfAPaymentIsUndone() throws Exception {
        // Given
        UUID payment = payment("completed");
        apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1", null,
                new Money(2_500, "USD"), null));
        ProviderEvent undone = new ProviderEvent("sandbox", "evt_2", ProviderEvent.Kind.CANCELLED_OR_REFUNDED, payment, "pi_1",
                "re_2", null, new Money(10_000, "USD"), null);

        // When
        List<Effect> effects = List.of(apply(undone), apply(undone));

        // Then
        assertThat(effects).containsExactly(Effect.APPLIED, Effect.NO_EFFECT);
        assertThat(database.rows("SELECT amount_minor FROM payment_operation ORDER BY id")).containsExactly("2500", "7500");
        assertThat(status(payment)).isEqualTo("refunded");
    }

    @Test
    void shouldWaitWithARefundThatMayBeTheOneUnderWay() throws Exception {
        // Given
        UUID payment = payment("completed");
        requests.take(new RequestOperation.Request(Kind.REFUND, payment, "60.00", null,
                new Idempotency.Key("shop", null, null)));

        // When
        Effect effect = apply(new ProviderEvent("sandbox", "evt_1", ProviderEvent.Kind.REFUNDED, payment, "pi_1", "re_1", null,
                new Money(6_000, "USD"), null));

        // Then
        assertThat(effect).isEqualTo(Effect.NOT_YET);
    }

    @Test
    void shouldEndTheCaptureThatTheProviderTellsOf() throws Exception {
        // Given
        UUID payment = payment("authorized");
        requests.take(new RequestOperation.Request(Kind.CAPTURE, payment, "40.00", null,
                new Idempotency.Key("shop", null, null)));

        // When
        Effect effect = apply(event(ProviderEvent.Kind.COMPLETED, payment, 4_000));

        // Then
        assertThat(effect).isEqualTo(Effect.APPLIED);
        assertThat(database
                .value("SELECT o.status || ' ' || p.status || ' ' || captured_minor FROM payment p, payment_operation o"))
                .isEqualTo("succeeded completed 4000");
    }

    /** Whatever events come, in whatever order and however often: money is never refunded beyond what was captured. */
    @Test
    void shouldKeepTheCapUnderAnySequenceOfEventsAndRefunds() {
        Seeded.check(40, random -> {
            // Given
            database.clear();
            UUID payment = payment(WAY.get(random.nextInt(WAY.size())));
            List<ProviderEvent> events = new ArrayList<>();

            // When
            for (int i = 0; i < 12; i++) {
                ProviderEvent next = events.isEmpty() || random.nextInt(3) > 0
                        ? random(random, payment)
                        : events.get(random.nextInt(events.size()));
                events.add(next);
                step(random, payment, next);
            }

            // Then
            assertThat(database.value("SELECT count(*) FROM payment WHERE refund_claimed_minor > captured_minor "
                    + "OR refunded_minor > refund_claimed_minor")).isEqualTo("0");
            assertThat(database.value("SELECT refunded_minor - (SELECT coalesce(sum(amount_minor), 0) FROM payment_operation "
                    + "WHERE kind = 'refund' AND status = 'succeeded') FROM payment")).isEqualTo("0");
            assertThat(database.value("SELECT charged_back_minor - (SELECT coalesce(sum(withdrawn_minor), 0) "
                    + "FROM payment_dispute) FROM payment")).isEqualTo("0");
        });
    }

    private static void step(Random random, UUID payment, ProviderEvent event) {
        try {
            if (random.nextInt(4) == 0) {
                requests.take(new RequestOperation.Request(Kind.REFUND, payment, null, null,
                        new Idempotency.Key("shop", null, null)));
            } else {
                apply(event);
            }
        } catch (Refusal e) {
            assertThat(e.kind()).isIn(Refusal.Kind.NOT_FOUND, Refusal.Kind.CONFLICT, Refusal.Kind.INVALID);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ProviderEvent random(Random random, UUID payment) {
        ProviderEvent.Kind kind = ProviderEvent.Kind.values()[random.nextInt(ProviderEvent.Kind.values().length)];
        ProviderEvent.Funds[] funds = {null, ProviderEvent.Funds.WITHDRAWN, ProviderEvent.Funds.REINSTATED};
        return new ProviderEvent("sandbox", "evt_" + random.nextInt(), kind, payment, "pi_1", "re_" + random.nextInt(5), null,
                new Money(kind == ProviderEvent.Kind.COMPLETED ? 10_000 : 1 + random.nextInt(9_000), "USD"), null,
                new ProviderEvent.Dispute(funds[random.nextInt(3)], random.nextInt(5)));
    }

    private static ProviderEvent event(ProviderEvent.Kind kind, UUID payment, long minor) {
        return new ProviderEvent("sandbox", "evt_1", kind, payment, "pi_1", "re_1", null, new Money(minor, "USD"), null);
    }

    private static Effect apply(ProviderEvent event) throws Exception {
        return Sql.inTransaction(database.dataSource(), connection -> applyEvent.apply(connection, event));
    }

    private static String status(UUID payment) {
        return database.value("SELECT status FROM payment WHERE id = ?", payment);
    }

    private static UUID payment(String state) {
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
