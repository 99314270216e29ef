package io.payroute.crash;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.crash.Checker.Outside;

import static org.assertj.core.api.Assertions.assertThat;

/** Breaks the truth of a good run, one rule at a time and never for good: a checker that stays green proves nothing. */
class CheckerIT {

    private static final String COMPLETED = "(SELECT id FROM payment WHERE status = 'completed' ORDER BY id LIMIT 1)";
    private static final String REFUNDED = "(SELECT id FROM payment WHERE status = 'refunded' ORDER BY id LIMIT 1)";
    private static final String REFUND = "(SELECT id FROM payment_operation WHERE kind = 'refund' "
            + "AND status = 'succeeded' ORDER BY id LIMIT 1)";
    private static final String WEBHOOK = "(SELECT id FROM " + WebhookRules.KEPT
            + "WHERE type = 'payment.completed' ORDER BY id LIMIT 1)";
    /** What callers ask for with this seed has every outcome. */
    private static final long SEED = 1;

    private static TestBed bed;
    private static Outside outside;

    @BeforeAll
    static void runPayments() throws Exception {
        bed = new TestBed("checker");
        ApplicationProcess application = bed.start();
        Load load = bed.load("checker", 60, Duration.ofMillis(10), SEED);
        load.finish();
        bed.drain();
        application.close();
        outside = bed.outside(bed.lags());
    }

    @AfterAll
    static void stopServers() {
        bed.close();
    }

    @Test
    void shouldFindNothingInAGoodRun() throws Exception {
        // When
        List<String> violations = check(outside, "payment", "");

        // Then
        assertThat(violations).isEmpty();
    }

    static Stream<Arguments> corruptions() {
        return Stream.of(
                payment("charged-twice", "INSERT INTO sandbox_charge (charge_key, amount_minor, currency, status) "
                        + "SELECT charge_key, amount_minor, currency, status FROM sandbox_charge "
                        + "WHERE operation = 'charge' LIMIT 1"),
                payment("payment-lost", "DELETE FROM payment WHERE id = " + COMPLETED),
                payment("key-without-effect", "DELETE FROM payment WHERE id = " + COMPLETED),
                payment("sum", "DELETE FROM payment WHERE id = " + COMPLETED),
                payment("charged-not-completed", "DELETE FROM payment WHERE id = " + COMPLETED),
                payment("completed-not-charged", "DELETE FROM sandbox_charge WHERE charge_key::uuid = " + COMPLETED),
                payment("failed-not-declined", "UPDATE sandbox_charge SET status = 'charged' WHERE status = 'declined'"),
                payment("wrong-amount", "UPDATE sandbox_charge SET amount_minor = 1 WHERE charge_key::uuid = " + COMPLETED),
                payment("illegal-step", "UPDATE payment_transition SET to_status = 'refunded' WHERE to_status = 'failed'"),
                payment("broken-path", "DELETE FROM payment_transition WHERE from_status = 'pending'"),
                payment("path-ends-elsewhere", "DELETE FROM payment_transition WHERE to_status = 'completed'"),
                payment("payment-without-key", "DELETE FROM idempotency_key WHERE resource_id = " + COMPLETED),
                payment("wrong-key",
                        "UPDATE idempotency_key SET resource_id = gen_random_uuid() WHERE resource_id = " + COMPLETED),
                payment("payment-unrequested", "INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                        + "VALUES (gen_random_uuid(), 'u', 1, 'USD', 'card', 'sandbox')"),
                payment("not-final", "INSERT INTO payment (id, user_id, amount_minor, currency, method, provider) "
                        + "VALUES (gen_random_uuid(), 'u', 1, 'USD', 'card', 'sandbox')"),
                payment("work-left", "INSERT INTO charge_work (payment_id, provider, due_at) "
                        + "SELECT id, 'sandbox', now() FROM payment LIMIT 1"),
                payment("outbox-left", "INSERT INTO outbox (shard, topic, event_id, event_type, content_type, payload) "
                        + "VALUES (0, 'payment-topic', 'e', 't', 'c', '')"),
                payment("operation-open",
                        "UPDATE payment_operation SET status = 'pending', ended_at = NULL WHERE id = " + REFUND),
                payment("operation-done-twice",
                        "INSERT INTO sandbox_charge (charge_key, operation, amount_minor, currency, status) "
                                + "SELECT charge_key, operation, amount_minor, currency, 'declined' FROM sandbox_charge "
                                + "WHERE charge_key::uuid = " + REFUND),
                payment("operation-not-done", "DELETE FROM sandbox_charge WHERE charge_key::uuid = " + REFUND),
                payment("operation-not-done", "UPDATE sandbox_charge SET amount_minor = 1 WHERE charge_key::uuid = " + REFUND),
                payment("operation-not-refused", "UPDATE payment_operation SET status = 'failed' WHERE id = " + REFUND),
                payment("operation-done-unknown", "DELETE FROM payment_operation WHERE id = " + REFUND),
                payment("operation-lost", "DELETE FROM payment_operation WHERE id = " + REFUND),
                payment("operation-unrequested", "INSERT INTO payment_operation (id, payment_id, kind, amount_minor, status, "
                        + "requested_by, provider, due_at, ended_at) SELECT gen_random_uuid(), id, 'refund', 1, 'succeeded', "
                        + "'provider:sandbox', 'sandbox', NULL, now() FROM payment LIMIT 1"),
                payment("wrong-key",
                        "UPDATE idempotency_key SET resource_id = gen_random_uuid() WHERE resource_id = " + REFUND),
                payment("refunded-differs", "DELETE FROM payment_operation WHERE id = " + REFUND),
                payment("refunded-differs-there", "DELETE FROM sandbox_charge WHERE charge_key::uuid = " + REFUND),
                payment("captured-differs-there",
                        "UPDATE payment SET captured_minor = captured_minor - 1 WHERE id = " + COMPLETED),
                payment("claim-left", "UPDATE payment SET refund_claimed_minor = 1 WHERE id = " + COMPLETED),
                payment("refunded-too-much", "ALTER TABLE payment DROP CONSTRAINT payment_refund_cap; "
                        + "UPDATE payment SET refunded_minor = captured_minor + 1 WHERE id = " + REFUNDED),
                payment("state-not-of-sums", "UPDATE payment SET refunded_minor = refunded_minor - 1 WHERE id = " + REFUNDED),
                payment("event-waiting", "UPDATE provider_event SET status = 'waiting', due_at = now()"),
                payment("event-odd",
                        "UPDATE provider_event SET status = 'conflict' WHERE id = (SELECT min(id::text)::uuid FROM provider_event)"),
                payment("webhook-open", "UPDATE webhook_delivery SET status = 'pending' WHERE id = " + WEBHOOK),
                payment("webhook-to-nobody", "UPDATE webhook_delivery SET status = 'delivered' WHERE status = 'failed'"),
                payment("webhook-missing", "DELETE FROM webhook_delivery WHERE id = " + WEBHOOK),
                payment("webhook-unrequested", "DELETE FROM webhook_delivery WHERE id = " + WEBHOOK),
                payment("webhook-doubled",
                        "INSERT INTO webhook_delivery (endpoint_id, payment_id, event_id, type, payload, status) "
                                + "SELECT endpoint_id, payment_id, 'again', type, payload, status FROM webhook_delivery WHERE id = "
                                + WEBHOOK),
                payment("webhooks-of-refunds-differ", "DELETE FROM webhook_delivery WHERE type = 'payment.refunded'"),
                notification("not-notified", "DELETE FROM notification WHERE id = (SELECT min(id) FROM notification)"),
                notification("mail-unrequested", "DELETE FROM notification WHERE id = (SELECT min(id) FROM notification)"),
                notification("notified-twice",
                        "INSERT INTO notification (kind, dedupe_key, user_id, address, subject, template, "
                                + "fields, status, sent_at) SELECT kind, 'again', user_id, address, subject, template, fields, status, "
                                + "sent_at FROM notification LIMIT 1"),
                notification("not-mailed", "UPDATE notification SET dedupe_key = 'other' "
                        + "WHERE id = (SELECT min(id) FROM notification)"),
                notification("notified-wrongly",
                        "UPDATE notification SET fields = jsonb_set(fields, '{status}', '\"cancelled\"')"),
                notification("not-sent", "UPDATE notification SET status = 'queued', sent_at = NULL "
                        + "WHERE id = (SELECT min(id) FROM notification)"));
    }

    private static Arguments payment(String rule, String sql) {
        return Arguments.of(rule, "payment", sql);
    }

    private static Arguments notification(String rule, String sql) {
        return Arguments.of(rule, "notification", sql);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corruptions")
    void shouldNameWhatIsWrongInADatabase(String rule, String database, String corruption) throws Exception {
        // When
        List<String> violations = check(outside, database, corruption);

        // Then
        assertThat(violations).anySatisfy(violation -> assertThat(violation).startsWith(rule + ": "));
    }

    @Test
    void shouldSayWhatBecameOfEachAttemptOfAnOpenWebhook() throws Exception {
        // When
        List<String> violations = check(outside, "payment", "UPDATE webhook_delivery SET status = 'failed' WHERE id = "
                + WEBHOOK
                + "; UPDATE webhook_attempt SET duration_ms = 77, status_code = 503, error = 'refused' WHERE delivery_id = "
                + WEBHOOK.replace("type = 'payment.completed'", "status = 'failed'"));

        // Then
        assertThat(violations).anySatisfy(violation -> assertThat(violation).startsWith("webhook-open: ")
                .contains(" is failed, tried at ", " for 77 ms: 503 refused"));
    }

    static Stream<Arguments> lies() {
        Answers answers = outside.answers();
        Map.Entry<String, Set<String>> paid = answers.payments().entrySet().iterator().next();
        Map.Entry<String, Set<String>> refunded = answers.operations().entrySet().stream()
                .filter(answer -> !answer.getValue().isEmpty()).findFirst().orElseThrow();
        String mail = outside.mails().keySet().iterator().next();
        String other = UUID.randomUUID().toString();
        return Stream.of(
                Arguments.of("payment-lost", answered(with(answers.payments(), "lost", Set.of(other)), answers.operations())),
                Arguments.of("two-payments-for-key",
                        answered(with(answers.payments(), paid.getKey(), and(paid.getValue(), other)), answers.operations())),
                Arguments.of("operation-lost", answered(answers.payments(), with(answers.operations(), "lost", Set.of(other)))),
                Arguments.of("two-operations-for-key",
                        answered(answers.payments(),
                                with(answers.operations(), refunded.getKey(), and(refunded.getValue(), other)))),
                Arguments.of("race",
                        new Outside(new Answers(answers.payments(), answers.operations(), with(answers.races(), other, 2)),
                                outside.webhooks(), outside.mails(), outside.lags(), 0)),
                Arguments.of("mailed-twice",
                        new Outside(answers, outside.webhooks(), with(outside.mails(), mail, 2), outside.lags(), 0)),
                Arguments.of("webhook-lost", new Outside(answers, Map.of(), outside.mails(), outside.lags(), 0)),
                Arguments.of("lag", new Outside(answers, outside.webhooks(), outside.mails(), Map.of("payment", 1L), 0)));
    }

    private static Outside answered(Map<String, Set<String>> payments, Map<String, Set<String>> operations) {
        return new Outside(new Answers(payments, operations, outside.answers().races()), outside.webhooks(), outside.mails(),
                outside.lags(), 0);
    }

    private static Set<String> and(Set<String> ids, String other) {
        return Stream.concat(ids.stream(), Stream.of(other)).collect(Collectors.toSet());
    }

    private static <T> Map<String, T> with(Map<String, T> map, String key, T value) {
        Map<String, T> changed = new HashMap<>(map);
        changed.put(key, value);
        return changed;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void shouldNameWhatIsWrongOutside(String rule, Outside wrong) throws Exception {
        // When
        List<String> violations = check(wrong, "payment", "");

        // Then
        assertThat(violations).anySatisfy(violation -> assertThat(violation).startsWith(rule + ": "));
    }

    /** Checks inside the transaction that corrupts, and rolls it back. */
    private static List<String> check(Outside outside, String database, String corruption) throws Exception {
        try (Connection payment = bed.connect("payment"); Connection notification = bed.connect("notification")) {
            payment.setAutoCommit(false);
            notification.setAutoCommit(false);
            try (Statement statement = (database.equals("payment") ? payment : notification).createStatement()) {
                statement.execute(corruption.isEmpty() ? "SELECT 1" : corruption);
            }
            List<String> violations = new Checker(payment, notification, outside).violations();
            payment.rollback();
            notification.rollback();
            return violations;
        }
    }
}
