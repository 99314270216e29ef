package io.payroute.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import io.payroute.crash.FaultyReceiver.Reply;
import io.payroute.watch.AlertExpression;
import io.payroute.watch.Scrape;
import io.payroute.watch.WatchFiles;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Breaks what each alert rule watches: none fires in health, each fires then, and ends after the repair. How long a rule waits before
 * it tells somebody ({@code for}) is left out.
 */
class AlertsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    private static Surroundings all;
    private final List<Scrape> scrapes = new ArrayList<>();
    private final Map<String, String> rules = rules();

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private record Case(String alert, Step breaks, Step repairs) {
    }

    /** Cases that are broken side by side. */
    private final List<List<Case>> rounds = List.of(
            List.of(new Case("ProviderConflict", this::chargeTooMuch, this::closeConflicts),
                    new Case("BooksDiffer", this::misbook, this::correctTheBooks),
                    new Case("DeadLetters", () -> all.put("payment-topic", "{", JSON, 1), this::discard),
                    new Case("ProviderEventsOpen", all::tellOfSomethingUndeclared, this::closeEvents),
                    new Case("ReloadFailed", this::reloadWhatIsBroken, all::mendTheRoute),
                    new Case("HookFails", this::failTheHook, () -> all.replies("/check", Reply.TAKEN)),
                    new Case("PaymentsInReview", this::hold, this::approve),
                    new Case("RequestsTurnedAway", all::comeSlowly, all::comeNoMore),
                    new Case("WebhooksFail", () -> all.replies("/merchant", Reply.BROKEN),
                            () -> all.replies("/merchant", Reply.TAKEN)),
                    new Case("WebhookEndpointDisabled", this::endAnEndpoint, this::enable),
                    new Case("MessagesNotSent", this::refuseMail, () -> all.bed.refuseMail(false)),
                    new Case("QueueStuck",
                            () -> all.change("notification",
                                    "UPDATE notification_work SET created_at = now() - interval '10 minutes'"),
                            () -> {
                            }),
                    new Case("OrdersStuck", this::loseAPaymentOfAnOrder, () -> all.change("order", "DELETE FROM order_saga")),
                    new Case("ProviderUnanswered", this::silence, all::answerOfStripe),
                    new Case("ProviderDown", () -> {
                    }, () -> {
                    }),
                    new Case("PaymentsUnknown", () -> all.change("payment",
                            "UPDATE charge_work SET sent_at = sent_at - interval '1 hour' WHERE queries > 0"), () -> {
                            })),
            List.of(new Case("PaymentsSlow", this::completeLate, () -> {
            }), new Case("ReconciliationLate", () -> all.change("payment",
                    "UPDATE reconciliation SET ended_at = ended_at - interval '27 hours' WHERE status = 'completed'"),
                    all::reconcile),
                    new Case("ConnectionsExhausted", this::exhaust, all::unlock)),
            List.of(new Case("EventsNotPublished", this::stopKafka, all.bed.kafka::start)),
            List.of(new Case("BatchesFail", this::stopPostgres, all.bed.postgres::start), new Case("ConsumerBehind", () -> {
            }, () -> {
            })),
            List.of(new Case("PayrouteDown", () -> all.application.kill(), all::start)));

    @BeforeAll
    static void start() throws Exception {
        all = Surroundings.shared();
    }

    private static Map<String, String> rules() {
        try {
            return WatchFiles.alerts();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldFireWhenWhatItWatchesIsBrokenAndEndAfterTheRepair() {
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("a case for each rule", this::haveACaseForEach),
                DynamicTest.dynamicTest("none in health", this::beHealthy)), rounds.stream().flatMap(this::tests));
    }

    private void haveACaseForEach() {
        assertThat(rounds.stream().flatMap(List::stream).map(Case::alert)).doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(rules.keySet());
    }

    private void beHealthy() throws Exception {
        all.endpoint("/merchant");
        String ours = all.desk.pay("health", "12.00", "card");
        String theirs = all.desk.pay("health", "13.00", "pm_card_visa");
        String checked = all.desk.pay("health", "14.00", "checked");
        for (String payment : List.of(ours, theirs, checked)) {
            all.desk.awaitStatus(payment, "completed");
        }
        all.reconcile();
        all.desk.send("POST", "/api/v1/routes/reload", new JsonObject());
        Awaitility.await().atMost(PATIENCE).pollInterval(POLL).untilAsserted(() -> {
            scrapes.add(all.desk.scrape());
            assertThat(scrapes).hasSizeGreaterThan(3);
            assertThat(told("payroute_webhook_attempt_seconds_count")).isPositive();
            assertThat(told("payroute_notification_attempts_total")).isPositive();
            assertThat(told("payroute_reconciliation_last_success_seconds")).isPositive();
            assertThat(rules.keySet().stream().filter(alert -> !firing(alert, 0).isEmpty())).isEmpty();
        });
    }

    private Stream<DynamicTest> tests(List<Case> round) {
        int[] from = new int[1];
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest("break", () -> {
            scrapes.add(all.desk.scrape());
            from[0] = scrapes.size() - 1;
            for (Case one : round) {
                one.breaks().run();
            }
        }));
        round.forEach(one -> tests.add(DynamicTest.dynamicTest(one.alert() + " fires", () -> fire(one.alert(), from[0]))));
        tests.add(DynamicTest.dynamicTest("repair", () -> {
            for (Case one : round) {
                one.repairs().run();
            }
            scrapes.add(all.desk.scrape());
            from[0] = scrapes.size() - 1;
        }));
        round.forEach(one -> tests.add(DynamicTest.dynamicTest(one.alert() + " ends", () -> end(one.alert(), from[0]))));
        return tests.stream();
    }

    private void fire(String alert, int from) throws Exception {
        Set<String> named = WatchFiles.named().get(alert);
        Awaitility.await(alert).atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).untilAsserted(() -> {
            scrapes.add(all.desk.scrape());
            assertThat(firing(alert, from)).isNotEmpty()
                    .allSatisfy(labels -> assertThat(labels.keySet()).containsAll(named));
        });
    }

    /** What was counted before the repair leaves every range in the end. */
    private void end(String alert, int from) {
        int[] first = {from};
        Awaitility.await(alert).atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).untilAsserted(() -> {
            scrapes.add(all.desk.scrape());
            boolean fires = !firing(alert, first[0]).isEmpty();
            first[0] = fires ? scrapes.size() - 1 : first[0];
            assertThat(fires).isFalse();
            assertThat(scrapes.size() - first[0]).isGreaterThan(2);
        });
    }

    private List<Map<String, String>> firing(String alert, int from) {
        return AlertExpression.of(rules.get(alert)).holds(scrapes.subList(from, scrapes.size()), Instant.now());
    }

    private double told(String metric) {
        return scrapes.get(scrapes.size() - 1).samples().stream().filter(sample -> sample.metric().equals(metric))
                .mapToDouble(Scrape.Sample::value).sum();
    }

    private void chargeTooMuch() throws Exception {
        all.desk.awaitStatus(all.desk.pay("conflict", "7.77", "pm_card_visa"), "completed");
    }

    /** As after its step has failed six times: it is tried again in an hour. */
    private void loseAPaymentOfAnOrder() {
        all.change("order",
                """
                WITH made AS (INSERT INTO orders (id, user_id, address, method, amount_minor, currency)
                  VALUES (gen_random_uuid(), 'ada', '1 Main Street', 'card', 100, 'USD') RETURNING id)
                INSERT INTO order_saga (order_id, step, failures, due_at) SELECT id, 'reverse', 6, now() + interval '1 h' FROM made""");
    }

    private void closeConflicts() throws Exception {
        String page = all.desk.page("/ops/conflicts");
        all.desk.form(page.replaceFirst("(?s).*action=\"(/ops/conflicts/\\d+/close)\".*", "$1"), "reason=refunded+there");
    }

    private void misbook() throws Exception {
        all.change("payment", "UPDATE sandbox_charge SET amount_minor = amount_minor + 1");
        all.reconcile();
    }

    private void correctTheBooks() throws Exception {
        all.change("payment", "UPDATE sandbox_charge SET amount_minor = amount_minor - 1 WHERE amount_minor % 100 = 1");
        all.reconcile();
    }

    private void discard() throws Exception {
        JsonArray ids = new JsonArray();
        all.desk.get("/api/v1/dead-letters/payment").getJsonArray("dead_letters")
                .forEach(letter -> ids.add(((JsonObject) letter).getValue("id")));
        all.desk.send("POST", "/api/v1/dead-letters/payment/discard",
                new JsonObject().put("ids", ids).put("reason", "nobody meant it"));
    }

    private void closeEvents() throws Exception {
        String event = all.desk.get("/api/v1/provider-events?status=undeclared").getJsonArray("provider_events")
                .getJsonObject(0)
                .getString("id");
        all.desk.form("/ops/provider-events/" + event + "/close", "reason=says+nothing");
    }

    private void reloadWhatIsBroken() throws Exception {
        all.breakARoute();
        all.desk.send("POST", "/api/v1/routes/reload", new JsonObject());
    }

    private void failTheHook() throws Exception {
        all.replies("/check", Reply.BROKEN);
        all.desk.pay("hook", "15.00", "checked");
    }

    private void hold() throws Exception {
        all.desk.awaitStatus(all.desk.pay("held", "16.00", "held"), "review");
        all.change("payment", "UPDATE payment_review SET held_at = now() - interval '2 hours'");
    }

    private void approve() throws Exception {
        String held = all.desk.get("/api/v1/payments?status=review").getJsonArray("payments").getJsonObject(0).getString("id");
        all.desk.form("/ops/payments/" + held + "/approve", "reason=known");
    }

    private void endAnEndpoint() throws Exception {
        all.replies("/gone", Reply.GONE);
        all.endpoint("/gone");
    }

    private void enable() throws Exception {
        all.replies("/gone", Reply.TAKEN);
        for (Object one : all.desk.get("/api/v1/webhook-endpoints").getJsonArray("webhook_endpoints")) {
            all.desk.send("PATCH", "/api/v1/webhook-endpoints/" + ((JsonObject) one).getString("id"),
                    new JsonObject().put("enabled", true));
        }
    }

    private void refuseMail() throws Exception {
        all.bed.refuseMail(true);
        all.desk.pay("mail", "17.00", "card");
        all.desk.pay("mail", "18.00", "card");
    }

    private void silence() throws Exception {
        all.silenceOfStripe();
        for (int i = 0; i < 4; i++) {
            all.desk.pay("silence", "2" + i + ".00", "pm_card_visa");
        }
    }

    private void completeLate() throws Exception {
        all.silenceOfStripe();
        String payment = all.desk.pay("late", "30.00", "pm_card_visa");
        all.change("payment",
                "UPDATE payment SET created_at = created_at - interval '10 minutes' WHERE id = '" + payment + "'");
        all.answerOfStripe();
        all.desk.awaitStatus(payment, "completed");
    }

    private void exhaust() throws Exception {
        all.lock("notification", "notification");
        for (int i = 0; i < 40; i++) {
            all.desk.look("/api/v1/notifications");
        }
    }

    private void stopKafka() throws Exception {
        all.bed.kafka.kill();
        all.desk.pay("kafka", "40.00", "card");
        all.change("payment", "UPDATE outbox SET created_at = now() - interval '5 minutes'");
    }

    private void stopPostgres() throws Exception {
        all.bed.postgres.kill();
        all.put("payment-topic", "{\"userId\":\"lag\",\"amount\":1,\"currency\":\"EUR\",\"method\":\"card\"}",
                Map.of("content-type", "application/json", "ce_id", "one", "ce_source", "/alerts"), 1_100);
    }
}
