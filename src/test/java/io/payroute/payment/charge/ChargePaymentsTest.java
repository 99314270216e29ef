package io.payroute.payment.charge;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.messaging.Ids;
import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.runtime.TestRoles;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ChargePaymentsTest {

    private static final String RULES = """
            rules:
              - name: both
                when: {currencies: [USD]}
                providers: [sandbox, other]
              - name: alone
                providers: [sandbox]
            """;
    private static TestDatabase database;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<ChargeTask> sent = new CopyOnWriteArrayList<>();
    private final ProviderBreakers breakers = new ProviderBreakers(50, 2, Duration.ofMinutes(5));
    private final CountDownLatch answer = new CountDownLatch(1);
    private boolean slow;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:payment-charge")
                        .process(exchange -> sent.add(exchange.getProperty("chargeTask", ChargeTask.class)))
                        .filter(exchange -> slow).threads(4).process(exchange -> answer.await(20, TimeUnit.SECONDS));
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        answer.countDown();
        context.stop();
    }

    @Test
    void shouldSendWhatIsDueAndMarkItBeforeItLeaves() throws Exception {
        // Given
        UUID due = payment("now()");
        payment("now() + interval '1 minute'");

        // When
        chargePayments(100).dispatch();

        // Then
        assertThat(sent).singleElement().satisfies(task -> {
            assertThat(task.payment().id()).isEqualTo(due);
            assertThat(task.ask()).isFalse();
            assertThat(task.attempts()).isEqualTo(1);
            assertThat(task.status()).isEqualTo(PaymentStatus.PROCESSING);
            assertThat(task.call().key()).isEqualTo(due.toString());
            assertThat(task.call().operation()).isEqualTo("charge");
        });
        assertThat(database.rows("SELECT status FROM payment WHERE id = ?", due)).containsExactly("processing");
        assertThat(database.rows("SELECT sent_at IS NOT NULL, attempts, due_at > now() + interval '30 s' FROM charge_work "
                + "WHERE payment_id = ?", due)).containsExactly("t 1 t");
    }

    @Test
    void shouldSendNothingTwiceWithinItsLease() throws Exception {
        // Given
        payment("now()");
        ChargePayments chargePayments = chargePayments(100);
        chargePayments.dispatch();

        // When
        chargePayments.dispatch();

        // Then
        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldAskInsteadOfChargingWhenALeaseRanOut() throws Exception {
        // Given
        database.clockAhead(Duration.ofHours(-6));
        UUID id = payment("now()");
        ChargePayments chargePayments = chargePayments(100);
        chargePayments.dispatch();
        database.execute("UPDATE charge_work SET due_at = now(), sent_at = now() - interval '22 h'");

        // When
        chargePayments.dispatch();

        // Then
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0).call().keyAge()).isZero();
        assertThat(sent.get(1).startedAt()).isBefore(Instant.now().minus(Duration.ofHours(5)));
        assertThat(sent.get(1).ask()).isTrue();
        assertThat(sent.get(1).call().operation()).isEqualTo("status");
        assertThat(sent.get(1).call().key()).isEqualTo(id.toString());
        assertThat(sent.get(1).call().keyAge()).isBetween(Duration.ofHours(22), Duration.ofHours(22).plusMinutes(1));
        assertThat(database.rows("SELECT attempts, queries FROM charge_work")).containsExactly("1 1");
    }

    @Test
    void shouldChargeAgainWhenNothingWasCharged() throws Exception {
        // Given
        payment("now()");
        ChargePayments chargePayments = chargePayments(100);
        chargePayments.dispatch();
        database.execute("UPDATE charge_work SET due_at = now(), sent_at = NULL");

        // When
        chargePayments.dispatch();

        // Then
        assertThat(sent).extracting(ChargeTask::ask).containsExactly(false, false);
        assertThat(sent).extracting(ChargeTask::attempts).containsExactly(1, 2);
    }

    @Test
    void shouldHaveNoMoreOnTheirWayThanAllowed() throws Exception {
        // Given
        slow = true;
        for (int i = 0; i < 10; i++) {
            payment("now()");
        }
        ChargePayments chargePayments = chargePayments(3);

        // When
        chargePayments.dispatch();

        // Then
        assertThat(sent).hasSize(3);
        assertThat(chargePayments.inFlight()).isEqualTo(3);
        answer.countDown();
        await().untilAsserted(() -> assertThat(chargePayments.inFlight()).isZero());
    }

    @Test
    void shouldKeepPlacesForOthersWhileAProviderIsSlow() throws Exception {
        // Given
        slow = true;
        for (int i = 0; i < 100; i++) {
            payment("now() - interval '1 minute'");
        }
        ChargePayments chargePayments = chargePayments(40);
        chargePayments.dispatch();
        UUID other = payment("now()");
        database.execute("UPDATE charge_work SET provider = 'other' WHERE payment_id = ?", other);

        // When
        chargePayments.dispatch();

        // Then
        assertThat(sent).hasSizeBetween(30, 40);
        assertThat(sent).extracting(task -> task.payment().id()).contains(other);
    }

    @Test
    void shouldLeaveTheChargesOfAFailingProviderDue() throws Exception {
        // Given
        payment("now()");
        breakers.record("sandbox", false, new ProviderOutcome.Unanswered("timeout"));
        breakers.record("sandbox", false, new ProviderOutcome.NotDone("refused"));

        // When
        chargePayments(100).dispatch();

        // Then
        assertThat(sent).isEmpty();
        assertThat(database.rows("SELECT sent_at, due_at <= now() FROM charge_work")).containsExactly("null t");
    }

    @Test
    void shouldTryAProviderThatFailedWithAFewCharges() throws Exception {
        // Given
        slow = true;
        ProviderBreakers quick = new ProviderBreakers(50, 10, Duration.ofMillis(1));
        for (int i = 0; i < 10; i++) {
            payment("now()");
            quick.record("sandbox", false, new ProviderOutcome.Unanswered("timeout"));
        }
        await().untilAsserted(() -> assertThat(quick.failing().halfOpen()).containsExactly("sandbox"));

        // When
        ChargePayments trying = chargePayments(quick, 100);
        trying.dispatch();
        trying.dispatch();

        // Then
        assertThat(sent).hasSize(quick.trials()).hasSize(2);
    }

    @Test
    void shouldTakeDeclinesForAnswers() throws Exception {
        // Given
        payment("now()");
        for (int i = 0; i < 10; i++) {
            breakers.record("sandbox", false, new ProviderOutcome.Declined("insufficient_funds"));
        }

        // When
        chargePayments(100).dispatch();

        // Then
        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldShareTheWorkBetweenProcesses() throws Exception {
        // Given
        for (int i = 0; i < 100; i++) {
            payment("now()");
        }
        List<ChargePayments> processes = List.of(chargePayments(1_000), chargePayments(1_000), chargePayments(1_000));

        // When
        processes.parallelStream().forEach(ChargePaymentsTest::dispatch);

        // Then
        assertThat(sent).hasSize(100);
        assertThat(sent.stream().map(task -> task.payment().id()).distinct()).hasSize(100);
    }

    private static void dispatch(ChargePayments process) {
        try {
            process.dispatch();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private ChargePayments chargePayments(int maxInFlight) {
        return chargePayments(breakers, maxInFlight);
    }

    private ChargePayments chargePayments(ProviderBreakers breakers, int maxInFlight) {
        return new ChargePayments(TestRoles.databases(database.dataSource()), context, breakers,
                TestPayments.reroute(TestRoles.databases(database.dataSource()), TestPayments.providerRules(RULES), breakers),
                IntUnaryOperator.identity(),
                maxInFlight, 7,
                Duration.ofMinutes(1));
    }

    private static UUID payment(String due) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'sandbox')", id);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'sandbox', " + due + ")", id);
        return id;
    }
}
