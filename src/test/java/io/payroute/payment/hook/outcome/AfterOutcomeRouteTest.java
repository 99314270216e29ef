package io.payroute.payment.hook.outcome;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.PaymentFormats;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.hook.HookFailures;
import io.payroute.payment.hook.HookThreads;
import io.payroute.payment.hook.PaymentHook;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.telling.TestEvents;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.payment.webhook.delivery.RecordWebhooks;
import io.payroute.payment.webhook.delivery.StatusWebhook;
import io.payroute.platform.Failures;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.work.Backoff;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.TestWork;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

@Timeout(60)
class AfterOutcomeRouteTest {

    private static final String HOOK = """
            - route:
                id: payment-after-outcome
                description: The team's.
                group: payment
                routeConfigurationId: hook
                from:
                  uri: direct:payment-after-outcome
                  steps:
                    - bean:
                        ref: team
                        method: hear
            """;
    private static final String PACKAGED = "classpath:routes/payment/05-hooks.camel.yaml";
    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final RoleDatabases databases = TestRoles.databases(database.dataSource());
    private final ReplacedHooks hooks = new ReplacedHooks(context);
    private final HookThreads threads = new HookThreads(2, Duration.ofMillis(300));
    private final OutcomeQueue queue = new OutcomeQueue(database.dataSource(), hooks, () -> false);
    private final ReplayOutcome replay = new ReplayOutcome(hooks);
    private final DeadLetters deadLetters = new DeadLetters("payment", database.dataSource(), ReplayOutcome.SOURCE, replay);
    private final List<Map<String, Object>> told = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Map<String, UUID> payments = new HashMap<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger hangs = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();

    /** The team's own bean. */
    public class Team {
        public void hear(Exchange exchange) throws Exception {
            told.add(Map.copyOf(exchange.getMessage().getHeaders()));
            bodies.add(exchange.getMessage().getBody(String.class));
            exchange.getMessage().setBody("changed");
            if (hangs.getAndDecrement() > 0) {
                new CountDownLatch(1).await();
            }
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("the team's server refuses");
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
        context.getPropertiesComponent().addOverrideProperty("payment.after-outcome.poll-interval", "20ms");
        TestWork.queue(context, PaymentQueues.OUTCOME_HOOKS, queue);
        threads.register(context);
        HookFailures hookFailures = new HookFailures(new SimpleMeterRegistry());
        RecordWebhooks recordWebhooks = new RecordWebhooks(databases, TestWebhooks.settings());
        context.getRegistry().unbind("hookFailure");
        Map.of("kafkaBatch", TestBatches.of(database.dataSource()), "recordOutcome", new RecordOutcome(), "decodedRecords",
                new DecodedRecords(), "failures", new Failures(), "deadLetters", new DeadLetterStep(), "statusWebhook",
                new StatusWebhook(), "recordWebhooks", recordWebhooks, "announcedEvents", TestEvents.announced(databases),
                "paymentStatusUpdated", new PaymentFormats().statusUpdated(), "hookFailure", hookFailures)
                .forEach((name, bean) -> context.getRegistry().bind(name, bean));
        context.getRegistry().bind("keepOutcomes", new KeepOutcomes(databases, hooks, recordWebhooks));
        context.getRegistry().bind("afterOutcome", new AfterOutcome(queue, deadLetters::store, hookFailures, 3,
                new Backoff(Duration.ofMillis(20), Duration.ofMillis(20))));
        context.getRegistry().bind("paymentHook", new PaymentHook());
        context.getRegistry().bind("team", new Team());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/05-hooks.camel.yaml",
                "payment/61-webhook-events.camel.yaml", "payment/64-after-outcome.camel.yaml");
        context.getRouteDefinition("payment-outcome-hook").autoStartup(false);
        AdviceWith.adviceWith(context, "payment-webhook-events", route -> route.replaceFromWith("direct:batch"));
        PluginHelper.getRoutesLoader(context).updateRoutes(List.of(ResourceHelper.fromString("hook.camel.yaml", HOOK)));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        threads.close();
        queue.close();
    }

    @Test
    void shouldTellTheHookOfEachOutcomeOnceAlsoWhenItIsReadTwice() throws Exception {
        // Given
        consume("e1", "e2");

        // When
        consume("e2", "e1");
        tell();
        consume("e1", "e2");
        tell();

        // Then
        assertThat(told).extracting(headers -> headers.get("paymentEventId"))
                .containsExactlyInAnyOrder(TestEvents.id("e1"), TestEvents.id("e2"));
        assertThat(told.get(0)).containsEntry("paymentStatus", "failed").containsEntry("paymentPreviousStatus", "processing")
                .containsEntry("paymentAmount", "49.99").containsEntry("paymentAmountMinor", 4999L)
                .containsEntry("paymentUserId", "user-1").containsEntry("paymentEmail", "ada@example.com")
                .containsEntry("paymentReason", "insufficient_funds").containsEntry("paymentAttempt", 1)
                .doesNotContainKey("paymentOrderId");
        JsonObject body = new JsonObject(bodies.get(0));
        assertThat(body.getMap()).containsEntry("status", "failed").containsEntry("amount_minor", 4999)
                .containsEntry("previous_status", "processing");
        assertThat(database.count("outcome_hook")).isZero();
        assertThat(database.count("dead_letter")).isZero();
    }

    @Test
    void shouldWriteNothingWhereNoFileReplacesTheHook() throws Exception {
        // Given
        unreplace();

        // When
        consume("e1");

        // Then
        assertThat(commits).hasValue(1);
        assertThat(database.count("outcome_hook")).isZero();
        assertThat(database.count("inbox")).isZero();
    }

    @Test
    void shouldKeepWebhooksToo() throws Exception {
        // Given
        TestWebhooks.endpoint(database, "https://shop.example.com", WebhookSecret.next());

        // When
        consume("e1");

        // Then
        assertThat(database.count("webhook_delivery")).isEqualTo(1);
        assertThat(database.count("outcome_hook")).isEqualTo(1);
    }

    @Test
    void shouldTellAgainWhenTheHookFails() throws Exception {
        // Given
        failures.set(2);
        consume("e1");

        // When
        tell();

        // Then
        assertThat(told).extracting(headers -> headers.get("paymentAttempt")).containsExactly(1, 2, 3);
        assertThat(database.count("dead_letter")).isZero();
    }

    @Test
    void shouldTellAgainWhenTheHookHangs() throws Exception {
        // Given
        hangs.set(1);
        consume("e1");

        // When
        tell();

        // Then
        assertThat(told).extracting(headers -> headers.get("paymentAttempt")).containsExactly(1, 2);
    }

    @Test
    void shouldMakeADeadLetterOfWhatTheHookNeverTakesAndTellItAgainWhenThatIsReplayed() throws Exception {
        // Given
        failures.set(3);
        consume("e1");
        tell();
        List<String> letters = database.rows("SELECT source, event_id, route_id, attempts, cause FROM dead_letter");

        // When
        deadLetters.replay(List.of(Long.valueOf(database.value("SELECT id FROM dead_letter"))));
        tell();

        // Then
        assertThat(letters).containsExactly("hook.payment-after-outcome " + TestEvents.id("e1")
                + " payment-outcome-hook 3 IllegalStateException: the team's server refuses");
        assertThat(told).extracting(headers -> headers.get("paymentAttempt")).containsExactly(1, 2, 3, 1);
        assertThat(database.count("outcome_hook")).isZero();
    }

    @Test
    void shouldNotReplayForNobody() throws Exception {
        // Given
        failures.set(3);
        consume("e1");
        tell();
        unreplace();

        // When
        Throwable refusal = catchThrowable(
                () -> deadLetters.replay(List.of(Long.valueOf(database.value("SELECT id FROM dead_letter")))));

        // Then
        assertThat(refusal).isInstanceOf(Refusal.class).hasMessageContaining("payment-after-outcome");
        assertThat(database.count("dead_letter WHERE replayed_at IS NULL")).isEqualTo(1);
    }

    /** It would never leave the queue. */
    @Test
    void shouldNotReplayWhatAnOperatorMadeUnreadable() throws Exception {
        // Given
        failures.set(3);
        consume("e1");
        tell();
        long letter = Long.parseLong(database.value("SELECT id FROM dead_letter"));
        deadLetters.edit(letter, "application/json", "{}".getBytes(StandardCharsets.UTF_8));

        // When
        Throwable refusal = catchThrowable(() -> deadLetters.replay(List.of(letter)));

        // Then
        assertThat(refusal).isInstanceOf(Refusal.class).hasMessageContaining("no outcome");
        assertThat(database.count("outcome_hook")).isZero();
    }

    @Test
    void shouldTellWhatAProcessHadClaimedThatDied() throws Exception {
        // Given
        consume("e1");
        assertThat(queue.claim(new Claim(10, Integer.MAX_VALUE, Map.of(), Duration.ofSeconds(60)))).hasSize(1);
        database.execute("UPDATE outcome_hook SET due_at = now()");

        // When
        tell();

        // Then
        assertThat(told).hasSize(1);
    }

    @Test
    void shouldGiveBackWhatWasNotTold() throws Exception {
        // Given
        consume("e1");

        // When
        queue.giveBack(queue.claim(new Claim(10, Integer.MAX_VALUE, Map.of(), Duration.ofSeconds(60))));

        // Then
        assertThat(database.count("outcome_hook WHERE due_at <= now() AND failures = 0")).isEqualTo(1);
    }

    private void unreplace() throws Exception {
        PluginHelper.getRoutesLoader(context)
                .updateRoutes(List.of(PluginHelper.getResourceLoader(context).resolveResource(PACKAGED)));
    }

    private void tell() throws Exception {
        TestWork.run(context, "payment-outcome-hook", () -> database.value("SELECT count(*) FROM outcome_hook"));
    }

    private void consume(String... names) {
        List<Exchange> records = new ArrayList<>();
        for (String name : names) {
            Exchange record = TestEvents.ours(database, context, name, PaymentStatusUpdated.newBuilder()
                    .setPaymentId(payments.computeIfAbsent(name, one -> Ids.next()).toString()).setUserId("user-1")
                    .setStatus("failed")
                    .setPreviousStatus("processing").setProvider("sandbox").setMethod("card").setReason("insufficient_funds")
                    .setEmail("ada@example.com").setUpdatedAt("2026-11-21T04:03:27.314779Z").setAmountMinor(4999)
                    .setCurrency("USD").build().toByteArray(), commits::incrementAndGet);
            record.getMessage().setHeader(KafkaConstants.OFFSET, (long) records.size());
            records.add(record);
        }
        Exchange batch = context.createProducerTemplate().send("direct:batch",
                exchange -> exchange.getMessage().setBody(records));
        assertThat(batch.getException()).isNull();
    }
}
