package io.payroute.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.payroute.platform.sql.Sql;

/**
 * Compares what callers were answered with what is true in the end: in both databases, at the provider, in the mailboxes and in
 * Kafka. Nothing lost, nothing done twice, nothing left.
 */
final class Checker {

    /**
     * What no database knows.
     *
     * @param answers of the application, which callers rely on
     * @param webhooks how often each webhook-id was taken by the merchant
     * @param mails how often each Message-ID was accepted by the mail server, which said so
     * @param lags of each consumer group
     * @param mailRepeats how many mails may have been sent a second time: those in flight at a kill
     */
    record Outside(Answers answers, Map<String, Integer> webhooks, Map<String, Integer> mails, Map<String, Long> lags,
            int mailRepeats) {
    }

    /** For the test's report. */
    record Counts(int accepted, Map<String, Long> states, long dead, long refunds, long duplicates, Map<String, Long> events,
            long repeatedMails, long webhooks, long repeatedWebhooks) {

        @Override
        public String toString() {
            return ("accepted=%d states=%s dead=%d refunds=%d duplicates=%d events=%s repeatedMails=%d webhooks=%d "
                    + "repeatedWebhooks=%d").formatted(accepted, states, dead, refunds, duplicates, events, repeatedMails,
                            webhooks, repeatedWebhooks);
        }
    }

    private static final int SHOWN = 5;
    private static final String DEAD_LETTERS = "SELECT count(*)::text FROM dead_letter WHERE replayed_at IS NULL";
    private static final Set<String> FINAL = Set.of("completed", "partially_refunded", "refunded", "failed", "cancelled");
    /** Those that a hook keeps from being sent are none. */
    private static final String MAILS = "notification WHERE kind = 'email' AND status <> 'skipped'";
    private static final String MESSAGE_ID = "<%s@payroute.test>";

    private final Connection payment;
    private final Connection notification;
    private final Outside outside;

    Checker(Connection payment, Connection notification, Outside outside) {
        this.payment = payment;
        this.notification = notification;
        this.outside = outside;
    }

    /** Each starts with the name of the rule; empty when all is well. */
    List<String> violations() throws SQLException {
        List<String> found = new ArrayList<>();
        for (List<CheckRules.Rule> rules : List.of(CheckRules.PAYMENT, OperationRules.ALL, WebhookRules.ALL)) {
            check(found, payment, rules);
        }
        check(found, notification, CheckRules.NOTIFICATION);
        checkAnswers(found);
        checkSum(found);
        checkNotifications(found);
        checkMails(found);
        checkWebhooks(found);
        add(found, "lag", outside.lags().entrySet().stream().filter(lag -> lag.getValue() != 0)
                .map(lag -> lag.getKey() + " is behind by " + lag.getValue()).toList());
        return found;
    }

    private static void check(List<String> found, Connection database, List<CheckRules.Rule> rules) throws SQLException {
        for (CheckRules.Rule rule : rules) {
            add(found, rule.name(), texts(database, rule.sql()));
        }
    }

    private void checkAnswers(List<String> found) throws SQLException {
        Map<String, String> stored = pairs(payment, "SELECT idempotency_key, resource_id::text FROM idempotency_key");
        checkAnswers(found, "payment", outside.answers().payments(), stored, texts(payment, "SELECT id::text FROM payment"));
        checkAnswers(found, "operation", outside.answers().operations(), stored,
                texts(payment, "SELECT id::text FROM payment_operation"));
        outside.answers().races().forEach((id, accepted) -> {
            if (accepted != 1) {
                add(found, "race", List.of(accepted + " of two refunds of " + id + " were accepted, of which one fits"));
            }
        });
    }

    private static void checkAnswers(List<String> found, String what, Map<String, Set<String>> answers,
            Map<String, String> stored, List<String> existing) {
        Set<String> unrequested = new HashSet<>(existing);
        answers.forEach((key, ids) -> {
            if (ids.size() > 1) {
                add(found, "two-" + what + "s-for-key", List.of(key + " was answered " + ids));
            }
            for (String id : ids) {
                if (!unrequested.contains(id)) {
                    add(found, what + "-lost", List.of(key + " was answered " + id + ", which does not exist"));
                } else if (!id.equals(stored.get(key))) {
                    add(found, "wrong-key", List.of(key + " was answered " + id + " and belongs to " + stored.get(key)));
                }
            }
            unrequested.removeAll(ids);
            unrequested.remove(stored.get(key));
        });
        add(found, what + "-unrequested", unrequested.stream().map(id -> id + " was never answered").toList());
    }

    private void checkSum(List<String> found) throws SQLException {
        Counts counts = counts();
        long ended = counts.states().entrySet().stream().filter(state -> FINAL.contains(state.getKey()))
                .mapToLong(Map.Entry::getValue).sum();
        if (counts.accepted() != ended + counts.dead()) {
            add(found, "sum", List.of(counts.toString()));
        }
    }

    private void checkNotifications(List<String> found) throws SQLException {
        Map<String, String> payments = pairs(payment, "SELECT id::text, CASE status WHEN 'failed' THEN status "
                + "ELSE 'completed' END FROM payment WHERE status IN ('completed', 'partially_refunded', 'refunded', 'failed')");
        Map<String, String> told = pairs(notification, "SELECT fields->>'paymentId', fields->>'status' FROM notification "
                + "WHERE fields->>'status' NOT IN ('partially_refunded', 'refunded')");
        add(found, "not-notified", payments.keySet().stream().filter(id -> !told.containsKey(id)).toList());
        add(found, "notified-wrongly",
                told.entrySet().stream().filter(one -> !one.getValue().equals(payments.get(one.getKey())))
                        .map(one -> one.getKey() + " is " + payments.get(one.getKey()) + ", told was " + one.getValue())
                        .toList());
    }

    private void checkMails(List<String> found) throws SQLException {
        Set<String> expected = texts(notification, "SELECT dedupe_key FROM " + MAILS).stream().map(MESSAGE_ID::formatted)
                .collect(Collectors.toCollection(TreeSet::new));
        add(found, "not-mailed", expected.stream().filter(id -> !outside.mails().containsKey(id)).toList());
        add(found, "mail-unrequested", outside.mails().keySet().stream().filter(id -> !expected.contains(id)).toList());
        if (repeated(outside.mails()) > outside.mailRepeats()) {
            add(found, "mailed-twice",
                    List.of(repeated(outside.mails()) + " repeated mails, " + outside.mailRepeats() + " can be"
                            + " excused by kills: "
                            + outside.mails().entrySet().stream().filter(mail -> mail.getValue() > 1).toList()));
        }
    }

    private void checkWebhooks(List<String> found) throws SQLException {
        Set<String> delivered = new TreeSet<>(texts(payment, "SELECT id::text FROM " + WebhookRules.KEPT));
        Set<String> taken = outside.webhooks().keySet();
        add(found, "webhook-lost", delivered.stream().filter(id -> !taken.contains(id)).toList());
        add(found, "webhook-unrequested", taken.stream().filter(id -> !delivered.contains(id)).toList());
    }

    private static long repeated(Map<String, Integer> counts) {
        return counts.values().stream().mapToLong(count -> count - 1).sum();
    }

    Counts counts() throws SQLException {
        return new Counts(outside.answers().payments().size(), states("payment"),
                number(payment, DEAD_LETTERS) + number(notification, DEAD_LETTERS),
                number(payment, "SELECT count(*)::text FROM payment_operation WHERE kind = 'refund' AND status = 'succeeded'"),
                number(payment, "SELECT (count(*) - count(DISTINCT charge_key))::text FROM sandbox_charge"),
                states("provider_event"), repeated(outside.mails()), outside.webhooks().size(),
                repeated(outside.webhooks()));
    }

    private Map<String, Long> states(String table) throws SQLException {
        Map<String, Long> states = new TreeMap<>();
        pairs(payment, "SELECT status, count(*)::text FROM " + table + " GROUP BY status")
                .forEach((state, count) -> states.put(state, Long.valueOf(count)));
        return states;
    }

    /** So many mails there must be. */
    int notifications() throws SQLException {
        return (int) number(notification, "SELECT count(*)::text FROM " + MAILS);
    }

    /** What is still to be done, so that a test can wait until there is nothing. */
    List<String> backlog() throws SQLException {
        List<String> found = new ArrayList<>();
        add(found, "work-left", texts(payment, "SELECT payment_id || ' due ' || due_at FROM charge_work"));
        add(found, "not-final", texts(payment, CheckRules.PAYMENT.get(0).sql()));
        add(found, "operation-open", texts(payment, OperationRules.ALL.get(0).sql()));
        add(found, "outbox-left", texts(payment, "SELECT event_id FROM outbox"));
        add(found, "webhook-open", texts(payment, WebhookRules.ALL.get(0).sql()));
        add(found, "outcome-left", texts(payment, "SELECT event_id FROM outcome_hook"));
        add(found, "event-waiting", texts(payment, "SELECT event_id FROM provider_event WHERE status = 'waiting'"));
        add(found, "mail-left", texts(notification, "SELECT dedupe_key || coalesce(' ' || reason, '') FROM notification "
                + "WHERE status = 'queued'"));
        return found;
    }

    private static void add(List<String> found, String rule, List<String> texts) {
        texts.stream().limit(SHOWN).forEach(text -> found.add(rule + ": " + text));
        if (texts.size() > SHOWN) {
            found.add(rule + ": and " + (texts.size() - SHOWN) + " more");
        }
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        return Sql.query(connection, sql, row -> row.getString(1));
    }

    private static long number(Connection connection, String sql) throws SQLException {
        return Long.parseLong(texts(connection, sql).get(0));
    }

    private static Map<String, String> pairs(Connection connection, String sql) throws SQLException {
        return Sql.query(connection, sql, row -> Map.entry(row.getString(1), row.getString(2))).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first));
    }
}
