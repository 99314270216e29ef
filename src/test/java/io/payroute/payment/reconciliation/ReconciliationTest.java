package io.payroute.payment.reconciliation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.event.apply.TestApplyEvent;
import io.payroute.payment.provider.ProviderListing;
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

import static org.assertj.core.api.Assertions.assertThat;

/** The comparison with the sandbox's books, from the request to the report, by the routes as they are. */
@Timeout(120)
class ReconciliationTest {

    private static final String RUN = "payment-reconciliation-run";
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final Instant DAY = Instant.parse("2026-01-02T00:00:00Z");
    private static TestDatabase database;

    @TempDir
    private Path directory;
    private final DefaultCamelContext context = Routes.context();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private RoleDatabases databases;
    private Reconciliations runs;
    private RepairDifferences repairs;
    private int listed;
    private boolean listFails;
    private boolean disputed;

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
    private Page disputed(Page page) {
        return new Page(page.entries().stream().map(entry -> new Entry(entry.reference(), entry.paymentId(), entry.money(),
                entry.status(), entry.captured(), entry.refunded(), entry.refunds(), disputed, entry.createdAt())).toList(),
                page.nextCursor());
    }

    private RunReconciliations runner(String at) {
        return new RunReconciliations(runs,
                new CompareBooks(Duration.ofHours(25), Duration.ofMinutes(4), Duration.ofMinutes(5)), repairs,
                new DifferenceFile(databases, directory.toString()), new ReconciliationMetrics(runs, meters), at,
                List.of("sandbox"), false);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldReportADisputeThatNoEventToldOf() throws Exception {
        // Given
        disputed = true;
        UUID unheard = ours("completed", 4999);
        theirs(unheard, "charge", "charged", 4999);
        UUID heard = ours("completed", 1000);
        theirs(heard, "charge", "charged", 1000);
        database.execute("UPDATE payment SET dispute_status = 'open', disputed_minor = 1000 WHERE id = ?", heard);
        settleAll();

        // When
        JsonObject run = reconcile(true);

        // Then
        assertThat(run.getJsonObject("differences").getMap()).isEqualTo(Map.of("dispute", 1));
        assertThat(database.value("SELECT payment_id || ' ' || effect FROM reconciliation_difference"))
                .isEqualTo(unheard + " not_repairable");
    }

    @Test
    void shouldFindNothingWhereTheBooksAgree() throws Exception {
        // Given
        theirs(ours("completed", 4999), "charge", "charged", 4999);
        theirs(ours("failed", 4002), "charge", "declined", 4002);
        UUID refunded = ours("completed", 1000);
        theirs(refunded, "charge", "charged", 1000);
        refund(refunded, 400);
        database.execute("UPDATE payment SET status = 'partially_refunded', refund_claimed_minor = 400, refunded_minor = 400 "
                + "WHERE id = ?", refunded);
        settleAll();

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getString("status")).isEqualTo("completed");
        assertThat(run.getLong("listed")).isEqualTo(3);
        assertThat(run.getJsonObject("differences")).isEmpty();
        assertThat(database.count("reconciliation_entry")).isZero();
    }

    @Test
    void shouldReportEveryKindOfDifference() throws Exception {
        // Given
        UUID missing = ours("completed", 100);
        UUID extra = UUID.randomUUID();
        theirs(extra, "charge", "charged", 200);
        UUID amount = ours("completed", 300);
        theirs(amount, "charge", "charged", 301);
        UUID status = ours("failed", 400);
        theirs(status, "charge", "charged", 400);
        UUID refund = ours("completed", 500);
        theirs(refund, "charge", "charged", 500);
        refund(refund, 50);
        UUID doubled = ours("completed", 600);
        theirs(doubled, "charge", "charged", 600);
        theirs(doubled, "charge", "charged", 600);
        settleAll();

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getJsonObject("differences").getMap()).isEqualTo(
                Map.of("missing", 1, "extra", 2, "amount", 1, "status", 1, "refund", 1));
        List<String> lines = Files.readAllLines(files().get(0));
        assertThat(lines).hasSize(7)
                .anyMatch(line -> line.startsWith("missing," + missing + ",,completed,,USD,,1.00,,1.00,,0.00"))
                .anyMatch(line -> line.startsWith("extra," + extra + ",sandbox_" + extra + ",,completed,,USD,,2.00"))
                .anyMatch(line -> line.startsWith("amount," + amount + ",") && line.contains(",3.00,3.01,"))
                .anyMatch(line -> line.startsWith("status," + status + ",") && line.contains(",failed,completed,"))
                .anyMatch(line -> line.startsWith("refund," + refund + ",") && line.contains(",0.00,0.50,"))
                .anyMatch(line -> line.startsWith("extra," + doubled + ",sandbox_" + doubled + "_"));
        assertThat(meters.get("payroute.reconciliation.differences").tag("provider", "sandbox").tag("kind", "extra").gauge()
                .value()).isEqualTo(2);
        assertThat(meters.get("payroute.reconciliation.last.success.seconds").tag("provider", "sandbox").gauge().value())
                .isPositive();
    }

    @Test
    void shouldNotCompareWhatIsOnItsWayOrOfAnotherDay() throws Exception {
        // Given
        UUID onItsWay = ours("completed", 100);
        ours("processing", 100);
        UUID yesterday = ours("completed", 100);
        theirs(UUID.randomUUID(), "charge", "charged", 200);
        database.execute("UPDATE sandbox_charge SET created_at = ?", DAY.minusSeconds(1));
        settleAll();
        database.execute("UPDATE payment SET updated_at = now() WHERE id = ?", onItsWay);
        database.execute("UPDATE provider_call SET started_at = ? WHERE payment_id = ?", DAY.minusSeconds(1), yesterday);

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getJsonObject("differences")).isEmpty();
    }

    @Test
    void shouldMatchAcrossTheEdgeOfThePeriod() throws Exception {
        // Given
        UUID payment = ours("completed", 100);
        theirs(payment, "charge", "charged", 100);
        settleAll();
        database.execute("UPDATE sandbox_charge SET created_at = ?", DAY.plus(Duration.ofDays(1)).plusSeconds(60));

        // When
        JsonObject run = reconcile(false);

        // Then
        assertThat(run.getJsonObject("differences")).isEmpty();
    }

    @Test
    void shouldRepairThroughTheStateMachineAlone() throws Exception {
        // Given
        UUID lost = ours("unknown", 100);
        theirs(lost, "charge", "charged", 100);
        UUID contradicted = ours("failed", 200);
        theirs(contradicted, "charge", "charged", 200);
        UUID refunded = ours("completed", 500);
        theirs(refunded, "charge", "charged", 500);
        refund(refunded, 50);
        UUID never = ours("unknown", 300);
        UUID amount = ours("completed", 600);
        theirs(amount, "charge", "charged", 601);
        settleAll();

        // When
        reconcile(true);

        // Then
        assertThat(state(lost)).isEqualTo("completed 100 0");
        assertThat(state(contradicted)).isEqualTo("failed 0 0");
        assertThat(state(refunded)).isEqualTo("partially_refunded 500 50");
        assertThat(state(never)).isEqualTo("failed 0 0");
        assertThat(state(amount)).isEqualTo("completed 600 0");
        assertThat(database.rows("SELECT payment_id, kind, effect FROM reconciliation_difference")).containsExactlyInAnyOrder(
                lost + " status applied", contradicted + " status conflict", refunded + " refund applied",
                never + " missing applied", amount + " amount not_repairable");
        assertThat(database.count("outbox")).isEqualTo(3);
    }

    @Test
    void shouldNotFailAPaymentWhoseChargeMayStillBeMade() throws Exception {
        // Given
        UUID recent = ours("unknown", 300);
        settleAll();
        database.execute("UPDATE provider_call SET started_at = now() - interval '24 hours'");
        database.execute(
                "UPDATE payment SET created_at = now() - interval '24 hours', updated_at = now() - interval '24 hours'");

        // When
        JsonObject run = reconcile(true, Instant.now().minus(Duration.ofDays(2)), Instant.now());

        // Then
        assertThat(run.getJsonObject("differences").getLong("missing")).isEqualTo(1);
        assertThat(state(recent)).isEqualTo("unknown 0 0");
    }

    @Test
    void shouldRepairNothingTwice() throws Exception {
        // Given
        UUID refunded = ours("completed", 500);
        theirs(refunded, "charge", "charged", 500);
        refund(refunded, 50);
        settleAll();
        reconcile(true);
        settleAll();

        // When
        JsonObject second = reconcile(true);

        // Then
        assertThat(state(refunded)).isEqualTo("partially_refunded 500 50");
        assertThat(second.getJsonObject("differences")).isEmpty();
        assertThat(database.count("payment_operation")).isEqualTo(1);
    }

    @Test
    void shouldGoOnWhereAKilledProcessStopped() throws Exception {
        // Given
        for (int i = 0; i < 501; i++) {
            theirs(UUID.randomUUID(), "charge", "charged", 100);
        }
        settleAll();
        create(false, DAY, DAY.plus(Duration.ofDays(1)));
        Reconciliation claimed = runs.claim(60).orElseThrow();
        runs.listed(claimed, TestSandbox.listing(databases).list(new ProviderListing.Query(DAY,
                DAY.plus(Duration.ofDays(1)), null)));
        database.execute("UPDATE reconciliation SET due_at = now()");

        // When
        JsonObject run = finish();

        // Then
        assertThat(run.getLong("listed")).isEqualTo(501);
        assertThat(run.getJsonObject("differences").getLong("extra")).isEqualTo(501);
        assertThat(listed).as("pages read after the restart").isEqualTo(1);
    }

    @Test
    void shouldTryARunAgainLaterWhenTheProviderIsUnavailable() throws Exception {
        // Given
        listFails = true;
        create(false, DAY, DAY.plus(Duration.ofDays(1)));

        // When
        JsonObject run = finish();

        // Then
        assertThat(run.getString("status")).isEqualTo("running");
        assertThat(run.getString("reason")).contains("the provider is unavailable");
        assertThat(database.rows("SELECT failures, due_at > now() FROM reconciliation")).containsExactly("1 t");
    }

    @Test
    void shouldMakeOneRunADayWhateverTheNumberOfProcesses() throws Exception {
        // Given
        database.clockAhead(Duration.between(Instant.now(), NOON));
        List<RunReconciliations> processes = List.of(runner("11:55"), runner("11:55"), runner("12:05"));

        // When
        processes.parallelStream().forEach(RunReconciliations::plan);

        // Then
        finish();
        assertThat(database.rows("SELECT provider, from_at = ?, to_at = ?, requested_by, status FROM reconciliation",
                DAY.minus(Duration.ofDays(1)), DAY)).containsExactly("sandbox t t schedule completed");
    }

    @Test
    void shouldMakeNoRunBeforeItsTimeByTheClockOfTheDatabase() {
        // Given
        database.clockAhead(Duration.between(Instant.now(), NOON));
        RunReconciliations process = runner("12:05");

        // When
        process.plan();

        // Then
        assertThat(database.count("reconciliation")).isZero();
    }

    @Test
    void shouldMakeOneRunOfARepeatedRequest() throws Exception {
        // Given
        String first = create(false, DAY, NOON);

        // When
        Exchange second = request(false, DAY, NOON);

        // Then
        assertThat(second.getMessage().getHeader("Idempotent-Replayed")).isEqualTo("true");
        assertThat(second.getMessage().getBody(String.class)).contains(first);
        assertThat(database.count("reconciliation")).isEqualTo(1);
    }

    @Test
    void shouldShowReportsToOperatorsOnly() throws Exception {
        // Given
        String id = create(false, DAY, NOON);
        finish();

        // When
        List<Integer> codes = new ArrayList<>();
        for (String verb : List.of("create", "list", "get", "file")) {
            codes.add(context.createProducerTemplate().send("direct:" + verb, exchange -> {
                exchange.getMessage().setHeader("id", id);
                exchange.getMessage().setHeader("X-Payroute-User", "user-1");
            }).getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class));
        }

        // Then
        assertThat(codes).containsOnly(403).hasSize(4);
    }

    @Test
    void shouldServeTheReportOfAnotherProcess() throws Exception {
        // Given
        String id = create(false, DAY, NOON);
        finish();
        Files.delete(files().get(0));

        // When
        Exchange answer = context.createProducerTemplate().send("direct:file",
                exchange -> exchange.getMessage().setHeader("id", id));

        // Then
        assertThat(answer.getMessage().getHeader("Content-Type")).isEqualTo("text/csv; charset=utf-8");
        assertThat(answer.getMessage().getBody(String.class)).startsWith("kind,payment_id,");
    }

    private List<Path> files() throws Exception {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }

    private JsonObject reconcile(boolean repair) throws Exception {
        return reconcile(repair, DAY, DAY.plus(Duration.ofDays(1)));
    }

    private JsonObject reconcile(boolean repair, Instant from, Instant to) throws Exception {
        create(repair, from, to);
        return finish();
    }

    private String create(boolean repair, Instant from, Instant to) {
        return new JsonObject(request(repair, from, to).getMessage().getBody(String.class)).getJsonObject("reconciliation")
                .getString("id");
    }

    private Exchange request(boolean repair, Instant from, Instant to) {
        return context.createProducerTemplate().send("direct:create", exchange -> {
            exchange.getMessage().setHeader("Idempotency-Key", repair + "/" + from + "/" + database.value(
                    "SELECT count(*) FROM reconciliation WHERE status = 'completed'"));
            exchange.getMessage().setBody(new JsonObject().put("provider", "sandbox").put("from", from.toString())
                    .put("to", to.toString()).put("repair", repair).encode());
        });
    }

    /** Carries out what is due, and answers the newest run. */
    private JsonObject finish() throws Exception {
        TestWork.run(context, RUN, () -> database.value("SELECT count(*) FROM reconciliation WHERE due_at <= now() AND "
                + "status = 'running'"));
        return new JsonObject(context.createProducerTemplate().request("direct:list", exchange -> {
        }).getMessage().getBody(String.class)).getJsonArray("reconciliations").getJsonObject(0);
    }

    private static String state(UUID payment) {
        return database.value("SELECT status, captured_minor, refunded_minor FROM payment WHERE id = ?", payment);
    }

    /** A payment that took its way at noon. */
    private static UUID ours(String status, long minor) {
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

    private static void theirs(UUID payment, String operation, String status, long minor) {
        database.execute("INSERT INTO sandbox_charge (charge_key, payment_key, operation, amount_minor, currency, status) "
                + "VALUES (?, ?, ?, ?, 'USD', ?)", payment.toString(), payment.toString(), operation, minor, status);
    }

    private static void refund(UUID payment, long minor) {
        database.execute("INSERT INTO sandbox_charge (charge_key, payment_key, operation, amount_minor, currency, status) "
                + "VALUES (?, ?, 'refund', ?, 'USD', 'refunded')", UUID.randomUUID().toString(), payment.toString(), minor);
    }

    /** Everything happened at noon. */
    private static void settleAll() {
        database.execute("UPDATE payment SET created_at = ?, updated_at = ?", NOON, NOON);
        database.execute("UPDATE provider_call SET started_at = ?", NOON);
        database.execute("UPDATE sandbox_charge SET created_at = ? WHERE created_at > ?", NOON, NOON);
    }
}
