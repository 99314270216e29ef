package io.payroute.payment.reconciliation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.jboss.logging.Logger;

import io.payroute.money.Money;
import io.payroute.payment.event.apply.ApplyEvent;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Causes;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Transient;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Applies what a provider's list says to our payments, through the state machine that takes the provider's events: what it
 * forbids stays in the report as {@code conflict}. Each difference is one transaction with its effect, so that a repetition
 * after a crash goes on where the first one ended. Amounts are never repaired, and neither is money without a payment of ours.
 */
@ApplicationScoped
class RepairDifferences {

    static final String NOT_REPAIRABLE = "not_repairable";
    private static final Logger LOG = Logger.getLogger(RepairDifferences.class);
    private static final int BATCH = 100;
    private static final String OPEN = """
            SELECT d.*, e.refunds FROM reconciliation_difference d
            LEFT JOIN reconciliation_entry e ON e.reconciliation_id = d.reconciliation_id AND e.reference = d.reference
            WHERE d.reconciliation_id = ? AND d.id > ? AND d.effect IS NULL ORDER BY d.id LIMIT ?""";
    private static final String DONE = "UPDATE reconciliation_difference SET effect = ? WHERE id = ? AND effect IS NULL";

    /** The state machine. */
    @FunctionalInterface
    interface Applier {
        Effect apply(Connection connection, ProviderEvent event) throws Exception;
    }

    private record Difference(long id, String kind, UUID paymentId, String reference, String currency, String theirStatus,
            long theirMinor, long theirCaptured, long theirRefunded, boolean surelyAbsent, String refunds) {
    }

    private final DataSource dataSource;
    private final Applier applier;

    @Inject
    RepairDifferences(RoleDatabases databases, ApplyEvent applyEvent) {
        this(databases, applyEvent::apply);
    }

    RepairDifferences(RoleDatabases databases, Applier applier) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.applier = applier;
    }

    /** Repairs some of the differences after this one. @return the last one's id; 0 when there were none left */
    long repair(Reconciliation run, long after) throws Exception {
        List<Difference> differences = Sql.query(dataSource, OPEN, RepairDifferences::difference, run.id(), after, BATCH);
        for (Difference difference : differences) {
            repair(run.provider(), difference);
        }
        return differences.isEmpty() ? 0 : differences.get(differences.size() - 1).id();
    }

    private void repair(String provider, Difference difference) throws Exception {
        try {
            Sql.inTransaction(dataSource, connection -> {
                String effect = apply(connection, provider, difference);
                return Sql.update(connection, DONE, effect, difference.id());
            });
        } catch (Exception e) {
            if (Transient.is(e)) {
                throw e;
            }
            LOG.warnf("event=reconciliation-not-repaired paymentId=%s kind=%s cause=%s", difference.paymentId(),
                    difference.kind(),
                    Causes.brief(e));
            Sql.update(dataSource, DONE, word(Effect.CONFLICT), difference.id());
        }
    }

    private String apply(Connection connection, String provider, Difference difference) throws Exception {
        List<ProviderEvent> events = events(provider, difference);
        if (events.isEmpty()) {
            return NOT_REPAIRABLE;
        }
        Effect worst = Effect.NO_EFFECT;
        for (ProviderEvent event : events) {
            Effect effect = applier.apply(connection, event);
            worst = rank(effect) > rank(worst) ? effect : worst;
        }
        return word(worst);
    }

    private static List<ProviderEvent> events(String provider, Difference difference) {
        return switch (difference.kind()) {
            case "status" -> List.of(status(provider, difference));
            case "missing" -> difference.surelyAbsent()
                    ? List.of(event(provider, difference, Kind.FAILED, null, null, null, "not_at_provider"))
                    : List.of();
            case "refund" -> refunds(provider, difference);
            default -> List.of();
        };
    }

    private static ProviderEvent status(String provider, Difference difference) {
        return switch (difference.theirStatus()) {
            case "completed" -> event(provider, difference, Kind.COMPLETED, null, null,
                    new Money(difference.theirCaptured(), difference.currency()), null);
            case "authorized" -> event(provider, difference, Kind.AUTHORIZED, null, null,
                    new Money(difference.theirMinor(), difference.currency()), null);
            case "failed" -> event(provider, difference, Kind.FAILED, null, null, null, "failed_at_provider");
            case "cancelled" -> event(provider, difference, Kind.CANCELLED, null, null, null, "cancelled_at_provider");
            default -> event(provider, difference, Kind.OTHER, null, null, null, null);
        };
    }

    /** Each refund under the provider's own id of it, so that its event, should it come later, is known. */
    private static List<ProviderEvent> refunds(String provider, Difference difference) {
        List<ProviderEvent> events = new ArrayList<>();
        long told = 0;
        for (Object one : new JsonArray(difference.refunds() == null ? "[]" : difference.refunds())) {
            JsonObject refund = (JsonObject) one;
            String operation = refund.getString("operation");
            told += refund.getLong("minor");
            events.add(event(provider, difference, Kind.REFUNDED, refund.getString("reference"),
                    operation == null ? null : UUID.fromString(operation),
                    new Money(refund.getLong("minor"), difference.currency()), null));
        }
        return told == difference.theirRefunded() ? events : List.of();
    }

    private static ProviderEvent event(String provider, Difference difference, Kind kind, String refund, UUID operation,
            Money money, String reason) {
        String id = "reconciliation:" + (refund == null ? difference.paymentId() + ":" + kind : refund);
        return new ProviderEvent(provider, id, kind, difference.paymentId(), difference.reference(), refund, operation, money,
                reason);
    }

    private static int rank(Effect effect) {
        return switch (effect) {
            case NO_EFFECT -> 0;
            case APPLIED -> 1;
            case NOT_YET -> 2;
            case CONFLICT -> 3;
        };
    }

    private static String word(Effect effect) {
        return effect.name().toLowerCase(Locale.ROOT);
    }

    private static Difference difference(ResultSet row) throws SQLException {
        return new Difference(row.getLong("id"), row.getString("kind"), row.getObject("payment_id", UUID.class),
                row.getString("reference"), row.getString("their_currency"), row.getString("their_status"),
                row.getLong("their_minor"), row.getLong("their_captured"), row.getLong("their_refunded"),
                row.getBoolean("surely_absent"), row.getString("refunds"));
    }
}
