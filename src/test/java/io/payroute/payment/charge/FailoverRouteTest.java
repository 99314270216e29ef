package io.payroute.payment.charge;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.TestPayments;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.operation.SettleCall;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two providers behind the packaged charge route: who is called, how often, and what the payment's history says of it. */
@Timeout(60)
class FailoverRouteTest {

    private static final String STORY = "SELECT type, detail->>'from', detail->>'to', detail->>'reason' FROM payment_event";
    private static final String CALLS = "SELECT provider, operation, outcome FROM provider_call ORDER BY id";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final RoleDatabases databases = TestRoles.databases(database.dataSource());
    private final ProviderRules rules = TestPayments.providerRules("rules: [{name: both, providers: [first, second]}]");
    private final ProviderBreakers breakers = new ProviderBreakers(50, 100, Duration.ofMinutes(5));
    private final SettleCharge settleCharge = new SettleCharge(databases, TestPayments.rules(4, rules, breakers), breakers,
            TestPayments.meters(), TestPayments.outcomes(database), "payment.status-updated", 100, 100, Duration.ofSeconds(20));
    private final Provider first = new Provider();
    private final Provider second = new Provider();

    /** Answers as it is told, then completes. */
    private static final class Provider {
        private final Deque<Object> answers = new ArrayDeque<>();
        private final List<ProviderCall> calls = new CopyOnWriteArrayList<>();

        private ProviderOutcome answer(ProviderCall call) throws Exception {
            calls.add(call);
            Object answer = answers.isEmpty() ? new ProviderOutcome.Completed("ref-" + call.key()) : answers.remove();
            if (answer instanceof Exception failure) {
                throw failure;
            }
            return (ProviderOutcome) answer;
        }
    }

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        context.getPropertiesComponent().addOverrideProperty("payment.charge.poll-interval", "20ms");
        TestWork.queue(context, PaymentQueues.CHARGES,
                new ChargeQueue(databases, breakers, TestPayments.reroute(databases, rules, breakers), TestPayments.NO_HOOKS));
        context.getRegistry().bind("beginCall", new BeginCall());
        context.getRegistry().bind("settleCall", new SettleCall(settleCharge, null));
        context.getRegistry().bind("providerFailure", new ProviderFailure());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/30-charge.camel.yaml");
        context.getRouteDefinition("payment-charge").autoStartup(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                provider("first", first);
                provider("second", second);
            }

            private void provider(String name, Provider provider) {
                from("direct:provider-" + name).routeConfigurationId("provider").process(exchange -> exchange.getMessage()
                        .setBody(provider.answer(exchange.getMessage().getBody(ProviderCall.class))));
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        settleCharge.close();
    }

    @Test
    void shouldChargeOnceAtTheSecondWhenTheFirstRefusesTheConnection() throws Exception {
        // Given
        first.answers.add(new ConnectException("refused"));
        UUID id = due();

        // When
        untilStatusIs("completed");

        // Then
        assertThat(first.calls).hasSize(1);
        assertThat(second.calls).extracting(ProviderCall::key).containsExactly(id.toString());
        assertThat(database.rows("SELECT provider, provider_rule, provider_reference FROM payment"))
                .containsExactly("second both ref-" + id);
        assertThat(database.rows(CALLS)).containsExactly("first charge not_done", "second charge completed");
        assertThat(database.rows(STORY)).containsExactly("provider.failover first second not_done");
        assertThat(database.count("charge_work")).isZero();
    }

    @Test
    void shouldChargeAtTheSecondWhenTheFirstDeclinesSoftly() throws Exception {
        // Given
        first.answers.add(new ProviderOutcome.Declined("issuer_unavailable", true));
        due();

        // When
        untilStatusIs("completed");

        // Then
        assertThat(database.rows(CALLS)).containsExactly("first charge declined_softly", "second charge completed");
        assertThat(database.rows(STORY)).containsExactly("provider.failover first second issuer_unavailable");
    }

    @Test
    void shouldQueryAndChargeNobodyElseWhenTheFirstDoesNotAnswer() throws Exception {
        // Given
        first.answers.add(new SocketTimeoutException("read timed out"));
        first.answers.add(new ProviderOutcome.NotDone("unknown to the provider"));
        first.answers.add(new ConnectException("refused"));
        due();

        // When
        untilStatusIs("completed");

        // Then
        assertThat(second.calls).isEmpty();
        assertThat(database.rows(CALLS)).containsExactly("first charge unanswered", "first status not_done",
                "first charge not_done", "first charge completed");
        assertThat(database.rows(STORY)).isEmpty();
    }

    @Test
    void shouldQueryTheProviderThatMayHaveBeenCalledBeforeACrash() throws Exception {
        // Given
        due();
        database.execute("UPDATE payment SET status = 'processing', provider = 'second'");
        database.execute("UPDATE charge_work SET provider = 'second', attempts = 2, sent_at = now()");

        // When
        untilStatusIs("completed");

        // Then
        assertThat(first.calls).isEmpty();
        assertThat(second.calls).extracting(ProviderCall::operation).containsExactly("status");
    }

    @Test
    void shouldFailWithTheLastReasonWhenBothDecline() throws Exception {
        // Given
        first.answers.add(new ProviderOutcome.Declined("issuer_unavailable", true));
        second.answers.add(new ProviderOutcome.Declined("try_again_later", true));
        due();

        // When
        untilStatusIs("failed");

        // Then
        assertThat(database.rows("SELECT reason, provider FROM payment")).containsExactly("try_again_later second");
        assertThat(first.calls).hasSize(1);
        assertThat(second.calls).hasSize(1);
    }

    @Test
    void shouldComeBackToTheFirstWhenNobodyCouldBeReached() throws Exception {
        // Given
        first.answers.add(new ConnectException("refused"));
        second.answers.add(new ConnectException("refused"));
        due();

        // When
        untilStatusIs("completed");

        // Then
        assertThat(database.rows(CALLS)).containsExactly("first charge not_done", "second charge not_done",
                "first charge completed");
        assertThat(database.rows("SELECT detail->>'to' FROM payment_event ORDER BY id")).containsExactly("second", "first");
    }

    private void untilStatusIs(String status) throws Exception {
        context.getRouteController().startRoute("payment-charge");
        await().untilAsserted(() -> {
            database.execute(
                    "UPDATE charge_work SET due_at = now(), not_before = now() WHERE due_at < now() + interval '10 s'");
            assertThat(database.rows("SELECT status FROM payment")).containsExactly(status);
        });
    }

    private static UUID due() {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule) "
                + "VALUES (?, 'user-1', 4999, 'USD', 'card', 'first', 'both')", id);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'first', now())", id);
        return id;
    }
}
