package io.payroute.payment.charge;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.TestPayments;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.hook.HookFailures;
import io.payroute.payment.hook.PaymentHook;
import io.payroute.payment.hook.PaymentHookThreads;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.operation.SettleCall;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/** The route with a team's hook in front of the charge, on a real database. */
@Timeout(60)
class BeforeChargeRouteTest {

    private static final String HOOK = """
            - route:
                id: payment-before-charge
                description: The team's.
                group: payment
                routeConfigurationId: hook
                from:
                  uri: direct:payment-before-charge
                  steps:
                    - bean:
                        ref: team
                        method: look
                    - choice:
                        when:
                          - expression:
                              simple:
                                expression: ${header.paymentAmountMinor} > 100000
                            steps:
                              - bean:
                                  ref: paymentHook
                                  method: hold('above 1000')
                          - expression:
                              simple:
                                expression: ${header.paymentUserId} == 'blocked'
                            steps:
                              - bean:
                                  ref: paymentHook
                                  method: decline('blocked, by us')
            """;
    private static final String WORK = "SELECT attempts, queries, released, hook_failures FROM charge_work";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final RoleDatabases databases = TestRoles.databases(database.dataSource());
    private final ProviderBreakers breakers = TestPayments.breakers();
    private final PaymentOutcomes outcomes = TestPayments.outcomes(database);
    private final SettleCharge settleCharge = new SettleCharge(databases, TestPayments.rules(4), breakers,
            TestPayments.meters(), outcomes, "payment.status-updated", 100, 100, Duration.ofSeconds(20));
    private final ReleaseCharges releaseCharges = new ReleaseCharges(databases, 100, 100, Duration.ofSeconds(20));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ChargeQueue queue = new ChargeQueue(databases, breakers,
            TestPayments.reroute(databases, TestPayments.providerRules(), breakers), new ReplacedHooks(context));
    private final List<ProviderCall> calls = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> headersAtProvider = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> asked = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final PaymentHookThreads threads = new PaymentHookThreads(2, Duration.ofMillis(500));
    private final AtomicReference<Duration> latency = new AtomicReference<>(Duration.ZERO);

    /** The team's own bean. */
    public class Team {
        public void look(Exchange exchange) throws Exception {
            asked.add(Map.copyOf(exchange.getMessage().getHeaders()));
            bodies.add(exchange.getMessage().getBody(String.class));
            exchange.getMessage().setHeader("mine", "leaks");
            exchange.getMessage().setBody("changed");
            new CountDownLatch(1).await(latency.getAndSet(Duration.ZERO).toMillis(), TimeUnit.MILLISECONDS);
            if (failures.getAndDecrement() > 0) {
                throw new ConnectException("the team's server refuses");
            }
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
        TestWork.queue(context, PaymentQueues.CHARGES, queue);
        threads.register(context);
        HookFailures hookFailures = new HookFailures(meters);
        context.getRegistry().unbind("beforeCharge");
        context.getRegistry().bind("beforeCharge",
                new BeforeCharge(releaseCharges,
                        new EndBeforeCharge(databases, new TransitionPayment("payment.status-updated"), outcomes), hookFailures,
                        Duration.ofMillis(50), Duration.ofMillis(50)));
        context.getRegistry().unbind("hookFailure");
        context.getRegistry().bind("hookFailure", hookFailures);
        context.getRegistry().bind("paymentHook", new PaymentHook());
        context.getRegistry().bind("team", new Team());
        context.getRegistry().bind("beginCall", new BeginCall());
        context.getRegistry().bind("settleCall", new SettleCall(settleCharge, null));
        context.getRegistry().bind("providerFailure", new ProviderFailure());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/05-hooks.camel.yaml",
                "payment/30-charge.camel.yaml");
        context.getRouteDefinition("payment-charge").autoStartup(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:provider-sandbox").routeConfigurationId("provider").process(exchange -> {
                    headersAtProvider.add(Map.copyOf(exchange.getMessage().getHeaders()));
                    calls.add(exchange.getMessage().getBody(ProviderCall.class));
                    if (refusals.getAndDecrement() > 0) {
                        throw new ConnectException("refused");
                    }
                    exchange.getMessage().setBody(new ProviderOutcome.Completed("ref"));
                });
            }
        });
        replace(HOOK);
        context.start();
    }

    private void replace(String hook) throws Exception {
        Resource file = ResourceHelper.fromString("hook.camel.yaml", hook);
        PluginHelper.getRoutesLoader(context).updateRoutes(List.of(file));
    }

    @AfterEach
    void stop() {
        context.stop();
        threads.close();
        releaseCharges.close();
        settleCharge.close();
        outcomes.close();
    }

    @Test
    void shouldChargeWhatTheHookLetsGoAndTellTheProviderNothingOfIt() throws Exception {
        // Given
        UUID id = due("user-1", 4999);

        // When
        untilStatusIs("completed");

        // Then
        assertThat(calls).extracting(ProviderCall::key, ProviderCall::attempt)
                .containsExactly(tuple(id.toString(), 1));
        assertThat(headersAtProvider.get(0)).containsOnlyKeys("operation", "provider");
        assertThat(asked).singleElement().satisfies(headers -> assertThat(headers).containsEntry("paymentId", id.toString())
                .containsEntry("paymentAmount", "49.99").containsEntry("paymentAmountMinor", 4999L)
                .containsEntry("paymentCurrency", "USD").containsEntry("paymentProvider", "sandbox")
                .containsEntry("paymentAttempt", 1).doesNotContainKey("paymentOrderId"));
        assertThat(bodies.get(0)).contains("\"id\":\"" + id, "\"amount\":\"49.99\"", "\"amount_minor\":4999",
                "\"user_id\":\"user-1\"");
    }

    @Test
    void shouldFailWhatTheHookDeclines() throws Exception {
        // Given
        UUID id = due("blocked", 4999);

        // When
        untilStatusIs("failed");

        // Then
        assertThat(calls).isEmpty();
        assertThat(database.value("SELECT reason FROM payment")).isEqualTo("blocked, by us");
        assertThat(database.rows("SELECT type, detail->>'hook', detail->>'reason' FROM payment_event"))
                .containsExactly("payment.declined_by_hook payment-before-charge blocked, by us");
        assertThat(database.rows("SELECT convert_from(message_key, 'UTF8') FROM outbox")).containsExactly(id.toString());
        assertThat(database.count("provider_call")).isZero();
        assertThat(database.count("charge_work")).isZero();
    }

    @Test
    void shouldHoldForAPersonWhatTheHookHolds() throws Exception {
        // Given
        due("user-1", 100_001);

        // When
        untilStatusIs("review");

        // Then
        assertThat(calls).isEmpty();
        assertThat(database.rows("SELECT reason FROM payment_review")).containsExactly("above 1000");
        assertThat(database.count("charge_work")).isZero();
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldAskAgainWhenTheHookFailsAndSayNothingOfTheProvider() throws Exception {
        // Given
        failures.set(2);
        due("user-1", 4999);

        // When
        untilStatusIs("completed");

        // Then
        assertThat(asked).extracting(headers -> headers.get("paymentAttempt")).containsExactly(1, 2, 3);
        assertThat(calls).extracting(ProviderCall::attempt).containsExactly(1);
        assertThat(database.rows("SELECT operation, attempt, outcome FROM provider_call"))
                .containsExactly("charge 1 completed");
        assertThat(meters.counter("payroute.hook.decisions", "hook", "payment-before-charge", "outcome", "failed").count())
                .isEqualTo(2);
    }

    @Test
    void shouldNotChargeByAHookThatTookTooLong() throws Exception {
        // Given
        latency.set(Duration.ofSeconds(60));
        due("user-1", 4999);

        // When
        untilStatusIs("completed");

        // Then
        assertThat(asked).hasSize(2);
        assertThat(calls).hasSize(1);
    }

    @Test
    void shouldNotAskAgainAfterTheProviderCouldNotBeReached() throws Exception {
        // Given
        refusals.set(1);
        due("user-1", 4999);

        // When
        untilStatusIs("completed");

        // Then
        assertThat(asked).hasSize(1);
        assertThat(calls).extracting(ProviderCall::operation, ProviderCall::attempt).containsExactly(
                tuple("charge", 1), tuple("charge", 2));
    }

    /** As a kill while the hook runs leaves it. A status query would have some providers charge. */
    @Test
    void shouldAskTheHookAndNotTheProviderWhenAProcessDiedInTheHook() throws Exception {
        // Given
        due("user-1", 4999);
        assertThat(claim()).hasSize(1);
        database.execute("UPDATE charge_work SET due_at = now(), not_before = now()");

        // When
        untilStatusIs("completed");

        // Then
        assertThat(calls).extracting(ProviderCall::operation, ProviderCall::attempt)
                .containsExactly(tuple("charge", 1));
    }

    @Test
    void shouldNotReleaseWhatAnotherClaimHas() throws Exception {
        // Given
        due("user-1", 4999);
        ChargeTask late = claim().get(0);
        database.execute("UPDATE charge_work SET due_at = now(), not_before = now()");
        ChargeTask own = claim().get(0);

        // When
        List<Boolean> released = List.of(releaseCharges.release(late).get(), releaseCharges.release(own).get());

        // Then
        assertThat(released).containsExactly(false, true);
        assertThat(database.rows(WORK)).containsExactly("1 0 t 0");
    }

    @Test
    void shouldGiveBackWhatWasNotAsked() throws Exception {
        // Given
        due("user-1", 4999);

        // When
        queue.giveBack(claim());

        // Then
        assertThat(database.rows(WORK)).containsExactly("0 0 f 0");
        assertThat(database.count("charge_work WHERE sent_at IS NULL AND due_at <= now()")).isEqualTo(1);
    }

    @Test
    void shouldNotCallAProviderWhenTheHookWasLeftOut() throws Exception {
        // Given
        due("user-1", 4999);
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(claim().get(0));

        // When
        Throwable refused = catchThrowable(() -> new BeginCall().prepare(exchange));

        // Then
        assertThat(refused).hasMessageContaining("was not asked");
    }

    @Test
    void shouldNotCallThePackagedHook() throws Exception {
        // Given
        Routes.load(context, "payment/05-hooks.camel.yaml");
        due("user-1", 200_000);

        // When
        List<ChargeTask> claimed = claim();

        // Then
        assertThat(claimed).extracting(ChargeTask::unreleased).containsOnlyNulls();
        assertThat(database.count("charge_work WHERE sent_at IS NOT NULL AND attempts = 1")).isEqualTo(1);
    }

    private List<ChargeTask> claim() throws Exception {
        return queue.claim(new Claim(100, 100, Map.of(), Duration.ofMinutes(1)));
    }

    private void untilStatusIs(String status) throws Exception {
        context.getRouteController().startRoute("payment-charge");
        await().untilAsserted(() -> assertThat(database.rows("SELECT status FROM payment")).containsExactly(status));
    }

    private static UUID due(String user, long amount) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule) "
                + "VALUES (?, ?, ?, 'USD', 'card', 'sandbox', 'default')", id, user, amount);
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at) VALUES (?, 'sandbox', now())", id);
        return id;
    }
}
