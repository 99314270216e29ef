package io.payroute.payment.reconciliation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.event.apply.TestApplyEvent;
import io.payroute.payment.provider.ProviderListing.Entry;
import io.payroute.payment.provider.ProviderListing.Page;
import io.payroute.payment.provider.TestSandbox;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.http.Problems;
import io.payroute.platform.work.TestWork;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonObject;

/** The comparison with the sandbox's books, from the request to the report, by the routes as they are. */
@Timeout(120)
abstract class ReconciliationRoutes {

    static final String RUN = "payment-reconciliation-run";
    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    static final Instant DAY = Instant.parse("2026-01-02T00:00:00Z");
    static TestDatabase database;

    @TempDir
    Path directory;
    final DefaultCamelContext context = Routes.context();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    RoleDatabases databases;
    Reconciliations runs;
    RepairDifferences repairs;
    int listed;
    boolean listFails;
    boolean disputed;

    /** Stands in for the part of the sandbox that is not called here. */
    public static class Sandbox {
        public long latency() {
            return 0;
        }

        public void charge() {
            throw new UnsupportedOperationException();
        }

        public void operate() {
            throw new UnsupportedOperationException();
        }

        public void status() {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        databases = TestRoles.databases(database.dataSource());
        runs = new Reconciliations(databases, Duration.ofMinutes(5), Duration.ofMinutes(5));
        repairs = new RepairDifferences(databases, TestApplyEvent.applyEvent()::apply);
        context.getPropertiesComponent().addOverrideProperty("payment.reconciliation.poll-interval", "20ms");
        TestWork.queue(context, PaymentQueues.RECONCILIATIONS, runner("off"));
        context.getRegistry().bind("reconciliationHandler",
                new ReconciliationHandler(runs, new DifferenceFile(databases, directory.toString()),
                        new ProviderRoutes(context)));
        context.getRegistry().bind("sandboxListing", TestSandbox.listing(databases));
        context.getRegistry().bind("sandboxProvider", new Sandbox());
        context.getRegistry().bind("problems", new Problems());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/80-reconciliation.camel.yaml",
                "payment/provider-sandbox.camel.yaml");
        context.removeRouteDefinition(context.getRouteDefinition("payment-reconciliation-plan"));
        context.getRouteDefinition(RUN).autoStartup(false);
        for (String verb : List.of("create", "list", "get", "file")) {
            AdviceWith.adviceWith(context, "payment-reconciliation-" + verb, route -> route.replaceFromWith("direct:" + verb));
        }
        AdviceWith.adviceWith(context, "provider-sandbox",
                route -> route.weaveById("sandbox-list").before().process(exchange -> {
                    listed++;
                    if (listFails) {
                        throw new IllegalStateException("the provider is unavailable");
                    }
                }));
        AdviceWith.adviceWith(context, "provider-sandbox", route -> route.weaveById("sandbox-list").after()
                .process(exchange -> exchange.getMessage().setBody(disputed(exchange.getMessage().getBody(Page.class)))));
        context.start();
    }

    /** The sandbox has no disputes of its own. */
    Page disputed(Page page) {
        return new Page(page.entries().stream().map(entry -> new Entry(entry.reference(), entry.paymentId(), entry.money(),
                entry.status(), entry.captured(), entry.refunded(), entry.refunds(), disputed, entry.createdAt())).toList(),
                page.nextCursor());
    }

    RunReconciliations runner(String at) {
        return new RunReconciliations(runs,
                new CompareBooks(Duration.ofHours(25), Duration.ofMinutes(4), Duration.ofMinutes(5)), repairs,
                new DifferenceFile(databases, directory.toString()), new ReconciliationMetrics(runs, meters), at,
                List.of("sandbox"), false);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    List<Path> files() throws Exception {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }

    JsonObject reconcile(boolean repair) throws Exception {
        return reconcile(repair, DAY, DAY.plus(Duration.ofDays(1)));
    }

    JsonObject reconcile(boolean repair, Instant from, Instant to) throws Exception {
        create(repair, from, to);
        return finish();
    }

    String create(boolean repair, Instant from, Instant to) {
        return new JsonObject(request(repair, from, to).getMessage().getBody(String.class)).getJsonObject("reconciliation")
                .getString("id");
    }

    Exchange request(boolean repair, Instant from, Instant to) {
        return context.createProducerTemplate().send("direct:create", exchange -> {
            exchange.getMessage().setHeader("Idempotency-Key", repair + "/" + from + "/" + database.value(
                    "SELECT count(*) FROM reconciliation WHERE status = 'completed'"));
            exchange.getMessage().setBody(new JsonObject().put("provider", "sandbox").put("from", from.toString())
                    .put("to", to.toString()).put("repair", repair).encode());
        });
    }

    /** Carries out what is due, and answers the newest run. */
    JsonObject finish() throws Exception {
        TestWork.run(context, RUN, () -> database.value("SELECT count(*) FROM reconciliation WHERE due_at <= now() AND "
                + "status = 'running'"));
        return new JsonObject(context.createProducerTemplate().request("direct:list", exchange -> {
        }).getMessage().getBody(String.class)).getJsonArray("reconciliations").getJsonObject(0);
    }

    static String state(UUID payment) {
        return database.value("SELECT status, captured_minor, refunded_minor FROM payment WHERE id = ?", payment);
    }

    /** A payment that took its way at noon. */
    static UUID ours(String status, long minor) {
        UUID id = Ids.next();
        database.execute("INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                + "VALUES (?, 'user-1', ?, 'USD', 'card', 'sandbox')", id, minor);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?", id);
        if (!status.equals("processing")) {
            database.execute(
                    "UPDATE payment SET status = ?, captured_minor = CASE WHEN ? THEN amount_minor ELSE 0 END WHERE id = ?",
                    status, status.equals("completed"), id);
        }
        database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, started_at, ended_at) "
                + "VALUES (?, 'sandbox', 'charge', 1, 'unanswered', now(), now())", id);
        return id;
    }

    static void theirs(UUID payment, String operation, String status, long minor) {
        database.execute("INSERT INTO sandbox_charge (charge_key, payment_key, operation, amount_minor, currency, status) "
                + "VALUES (?, ?, ?, ?, 'USD', ?)", payment.toString(), payment.toString(), operation, minor, status);
    }

    static void refund(UUID payment, long minor) {
        database.execute("INSERT INTO sandbox_charge (charge_key, payment_key, operation, amount_minor, currency, status) "
                + "VALUES (?, ?, 'refund', ?, 'USD', 'refunded')", UUID.randomUUID().toString(), payment.toString(), minor);
    }

    /** Everything happened at noon. */
    static void settleAll() {
        database.execute("UPDATE payment SET created_at = ?, updated_at = ?", NOON, NOON);
        database.execute("UPDATE provider_call SET started_at = ?", NOON);
        database.execute("UPDATE sandbox_charge SET created_at = ? WHERE created_at > ?", NOON, NOON);
    }
}
