package io.payroute.payment.provider;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;

/**
 * The books of the sandbox: a row is money moved, or reserved, or refused. They are another company's, so they survive a crash
 * of the application, and know no more of a payment than a provider would.
 */
@ApplicationScoped
class SandboxBooks {

    private static final Rows<Entry> ROWS = new Rows<Entry>().text("key", e -> e.call().key())
            .text("payment", e -> e.call().paymentId().toString()).text("operation", e -> e.call().operation())
            .int8("amount", e -> e.call().money().minor()).text("currency", e -> e.call().money().currency())
            .text("status", Entry::status).text("reason", Entry::reason);
    private static final String CHARGE = """
            INSERT INTO sandbox_charge (charge_key, payment_key, operation, amount_minor, currency, status, reason)
            SELECT DISTINCT ON (key, CASE WHEN ? THEN 0 ELSE n END) key, payment, operation, amount, currency, status, reason
            FROM %s
            WHERE NOT ? OR NOT EXISTS (SELECT 1 FROM sandbox_charge c WHERE hashtext(c.charge_key) = hashtext(t.key) AND c.charge_key = t.key)"""
            .formatted(ROWS.unnestNumbered("n"));
    private static final String FIND = "SELECT status, reason, amount_minor, currency FROM sandbox_charge "
            + "WHERE hashtext(charge_key) = hashtext(?) AND charge_key = ? ORDER BY id LIMIT 1";
    private static final String DECIDE = """
            UPDATE sandbox_charge SET status = 'charged' WHERE hashtext(charge_key) = hashtext(?) AND charge_key = ? AND status = 'pending'
              AND created_at < now() - make_interval(secs => ?)""";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))::text";
    private static final String SUMS = """
            SELECT coalesce(sum(amount_minor) FILTER (WHERE status = 'authorized'), 0),
              coalesce(sum(amount_minor) FILTER (WHERE status IN ('charged', 'captured')), 0),
              coalesce(sum(amount_minor) FILTER (WHERE status = 'cancelled'), 0),
              coalesce(sum(amount_minor) FILTER (WHERE status = 'refunded'), 0)
            FROM (SELECT status, amount_minor FROM sandbox_charge WHERE hashtext(charge_key) = hashtext(?) AND charge_key = ?
                AND operation IN ('charge', 'authorize')
              UNION ALL
              SELECT status, amount_minor FROM sandbox_charge WHERE payment_key = ? AND operation NOT IN ('charge', 'authorize')) b""";
    private static final String INSERT = """
            INSERT INTO sandbox_charge (charge_key, payment_key, operation, amount_minor, currency, status, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?)""";

    /** What is written for a charge or an authorization. @param reason of a decline, or null */
    record Entry(ProviderCall call, String status, String reason) {
    }

    private record Sums(long authorized, long charged, long cancelled, long refunded) {
    }

    private final DataSource dataSource;
    private final boolean idempotent;
    private final GroupCommit<Entry, Boolean> charges;

    SandboxBooks(RoleDatabases databases,
            @ConfigProperty(name = "payment.provider.sandbox.idempotent") boolean idempotent) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.idempotent = idempotent;
        this.charges = new GroupCommit<>("sandbox-books", 1, 500, 10_000, GroupCommit.MOMENT, this::write);
    }

    /** Charges and authorizations of many payments together. @return completed after the commit */
    CompletableFuture<Boolean> enter(Entry entry) {
        return charges.submit(entry, Duration.ofSeconds(10));
    }

    private List<Boolean> write(List<Entry> entries) throws SQLException {
        Sql.update(dataSource, CHARGE, idempotent, ROWS.of(entries), idempotent);
        return Collections.nCopies(entries.size(), Boolean.TRUE);
    }

    /**
     * A capture, a cancellation or a refund, checked against what the books say of the payment.
     *
     * @param refuse the reason for which it is refused whatever the books say, or null
     */
    ProviderOutcome operate(ProviderCall call, String refuse) throws Exception {
        return Sql.inTransaction(dataSource, connection -> {
            String payment = call.paymentId().toString();
            Sql.query(connection, LOCK, row -> true, payment);
            if (idempotent) {
                Optional<ProviderOutcome> first = find(connection, call);
                if (first.isPresent()) {
                    return first.get();
                }
            }
            Sums sums = Sql.query(connection, SUMS,
                    row -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)), payment, payment, payment)
                    .get(0);
            String refused = refuse != null ? refuse : refusal(call, sums);
            Sql.update(connection, INSERT, call.key(), payment, call.operation(), call.money().minor(),
                    call.money().currency(), refused != null ? "declined" : done(call.operation()), refused);
            return outcome(call, refused != null ? "declined" : done(call.operation()), refused, call.money());
        });
    }

    private static String refusal(ProviderCall call, Sums sums) {
        long amount = call.money().minor();
        return switch (call.operation()) {
            case ProviderCall.REFUND -> sums.refunded + amount > sums.charged ? "amount_exceeds_charge" : null;
            case ProviderCall.CAPTURE ->
                sums.charged > 0
                        ? "already_captured"
                        : sums.cancelled > 0 ? "already_cancelled" : amount > sums.authorized ? "amount_not_authorized" : null;
            default -> sums.charged > 0 ? "already_captured" : sums.authorized == 0 ? "not_authorized" : null;
        };
    }

    private static String done(String operation) {
        return switch (operation) {
            case ProviderCall.CAPTURE -> "captured";
            case ProviderCall.CANCEL -> "cancelled";
            default -> "refunded";
        };
    }

    /** What the books say of a key; a charge that was undecided for so long is decided now. */
    Optional<ProviderOutcome> find(ProviderCall call, Duration undecided) throws SQLException {
        Sql.update(dataSource, DECIDE, call.key(), call.key(), undecided.toMillis() / 1000.0);
        try (Connection connection = dataSource.getConnection()) {
            return find(connection, call);
        }
    }

    private static Optional<ProviderOutcome> find(Connection connection, ProviderCall call) throws SQLException {
        return Sql.query(connection, FIND, row -> outcome(call, row.getString("status"), row.getString("reason"),
                new Money(row.getLong("amount_minor"), row.getString("currency"))), call.key(), call.key())
                .stream().findFirst();
    }

    /** What follows from what is in the books. */
    static ProviderOutcome outcome(ProviderCall call, String status, String reason, Money money) {
        String operation = call.queried() == null ? call.operation() : call.queried();
        String reference = "sandbox_" + (ProviderCall.REFUND.equals(operation) ? call.key() : call.paymentId());
        return switch (status) {
            case "declined" -> new ProviderOutcome.Declined(reason);
            case "declined_softly" -> new ProviderOutcome.Declined(reason, true);
            case "authorized" -> new ProviderOutcome.Authorized(reference);
            case "pending" -> new ProviderOutcome.Pending(reference);
            case "cancelled" -> new ProviderOutcome.Completed(reference);
            default -> new ProviderOutcome.Completed(reference, money);
        };
    }

    @PreDestroy
    void close() {
        charges.close();
    }
}
