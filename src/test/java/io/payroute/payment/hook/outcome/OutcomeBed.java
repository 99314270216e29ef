package io.payroute.payment.hook.outcome;

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
import org.junit.jupiter.api.Timeout;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.PaymentFormats;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.hook.HookFailures;
import io.payroute.payment.hook.PaymentHook;
import io.payroute.payment.hook.PaymentHookThreads;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.telling.TestEvents;
import io.payroute.payment.webhook.TestWebhooks;
import io.payroute.payment.webhook.delivery.RecordWebhooks;
import io.payroute.payment.webhook.delivery.StatusWebhook;
import io.payroute.platform.Failures;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.platform.outbox.DeadLetters;
import io.payroute.platform.work.Backoff;
import io.payroute.platform.work.TestWork;
import io.payroute.proto.payment.PaymentStatusUpdated;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** The routes by which the hook after an outcome is told, as they are, with a hook of a team. */
@Timeout(60)
abstract class OutcomeBed {

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
    static TestDatabase database;

    final DefaultCamelContext context = Routes.context();
    final RoleDatabases databases = TestRoles.databases(database.dataSource());
    final ReplacedHooks hooks = new ReplacedHooks(context);
    final PaymentHookThreads threads = new PaymentHookThreads(2, Duration.ofMillis(300));
    final OutcomeQueue queue = new OutcomeQueue(database.dataSource(), hooks, () -> false);
    final ReplayOutcome replay = new ReplayOutcome(hooks);
    final DeadLetters deadLetters = new DeadLetters("payment", database.dataSource(), ReplayOutcome.SOURCE, replay);
    final List<Map<String, Object>> told = new CopyOnWriteArrayList<>();
    final List<String> bodies = new CopyOnWriteArrayList<>();
    final Map<String, UUID> payments = new HashMap<>();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger hangs = new AtomicInteger();
    final AtomicInteger commits = new AtomicInteger();

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

    void unreplace() throws Exception {
        PluginHelper.getRoutesLoader(context)
                .updateRoutes(List.of(PluginHelper.getResourceLoader(context).resolveResource(PACKAGED)));
    }

    void tell() throws Exception {
        TestWork.run(context, "payment-outcome-hook", () -> database.value("SELECT count(*) FROM outcome_hook"));
    }

    void consume(String... names) {
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
