package io.payroute.payment.event.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.jboss.logging.Logger;

import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.payment.PaymentQueues;
import io.payroute.payment.event.DueEvent;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Causes;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.WakeUps;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Effect;
import io.payroute.provider.ProviderEvent.Kind;
import io.payroute.provider.UnreadableEvent;

/**
 * Applies what a provider reported to our payment and records the result, in one transaction. An event that comes before its
 * payment waits; one that fits nothing, contradicts what is known, cannot be read or is of a type that nobody declared is kept
 * under that status, to be found, and holds up no other.
 */
@ApplicationScoped
@Named("settleProviderEvent")
public class SettleProviderEvent {

    private static final Logger LOG = Logger.getLogger(SettleProviderEvent.class);
    private static final String LOCK = """
            SELECT type FROM provider_event WHERE id = ? AND status = 'waiting' AND attempts = ? FOR UPDATE""";
    private static final String RECORD = """
            UPDATE provider_event SET status = ?, kind = coalesce(?, kind), payment_id = coalesce(?, payment_id), detail = ?,
              due_at = now() + ?::int8 * interval '1 millisecond', applied_at = CASE WHEN ? = 'waiting' THEN NULL ELSE now() END
            WHERE id = ? AND status = 'waiting' AND attempts = ?""";

    private static final String UNDECLARED = "undeclared";
    private static final int MAX_NAMED = 1000;

    private record Decision(String status, Duration delay, String detail) {
    }

    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final DataSource dataSource;
    private final EventSchedule schedule;
    private final ApplyEvent applyEvent;
    private final MeterRegistry meters;

    SettleProviderEvent(RoleDatabases databases, EventSchedule schedule, ApplyEvent applyEvent, MeterRegistry meters) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.schedule = schedule;
        this.applyEvent = applyEvent;
        this.meters = meters;
    }

    /** Applies the {@link ProviderEvent} in the body. A claim that somebody else has taken over changes nothing. */
    public void apply(Exchange exchange) throws Exception {
        DueEvent due = exchange.getProperty(DueEvent.PROPERTY, DueEvent.class);
        ProviderEvent event = exchange.getMessage().getBody(ProviderEvent.class);
        Decision decided = Sql.inTransaction(dataSource, connection -> {
            List<String> types = Sql.query(connection, LOCK, row -> row.getString(1), due.id(), due.attempts());
            if (types.isEmpty()) {
                return null;
            }
            Optional<Decided> told = applyEvent.decide(connection, event);
            Decision decision = event.kind() == Kind.UNDECLARED
                    ? new Decision(UNDECLARED, null, "the provider's route declares no " + types.get(0))
                    : decide(due, told);
            record(connection, due, decision, event.kind(), applyEvent.paymentOf(connection, event).orElse(null));
            CrashPoint.reached("provider-event-before-apply-commit");
            return decision;
        });
        CrashPoint.reached("provider-event-after-apply-commit");
        if (decided != null) {
            tell(due, decided);
        }
    }

    private Decision decide(DueEvent due, Optional<Decided> told) {
        Effect effect = told.map(Decided::effect).orElse(Effect.NO_EFFECT);
        if (effect != Effect.NOT_YET) {
            return new Decision(effect.name().toLowerCase(Locale.ROOT), null,
                    effect == Effect.CONFLICT ? told.map(Decided::text).orElseThrow() : null);
        }
        Duration again = schedule.again(due);
        return again == null
                ? new Decision("unmatched", null, "no payment, or no state of it, that this follows on")
                : new Decision("waiting", again, null);
    }

    /** Records why an event could not be applied: unreadable at once, anything else after it was tried for long enough. */
    public void failed(Exchange exchange) throws SQLException {
        DueEvent due = exchange.getProperty(DueEvent.PROPERTY, DueEvent.class);
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Decision decision;
        if (failure instanceof UnreadableEvent) {
            decision = new Decision("unreadable", null, failure.getMessage());
        } else {
            Duration again = schedule.again(due);
            decision = new Decision(again == null ? "failed" : "waiting", again, Causes.brief(failure));
        }
        try (Connection connection = dataSource.getConnection()) {
            record(connection, due, decision, null, null);
        }
        tell(due, decision);
    }

    private static void record(Connection connection, DueEvent due, Decision decision, Kind kind, UUID payment)
            throws SQLException {
        Sql.update(connection, RECORD, decision.status(), kind == null ? null : kind.word(), payment,
                decision.detail(), decision.delay() == null ? null : decision.delay().toMillis(), decision.status(), due.id(),
                due.attempts());
    }

    private void tell(DueEvent due, Decision decision) {
        if (decision.delay() != null) {
            WakeUps.wake(PaymentQueues.PROVIDER_EVENTS, decision.delay());
        }
        meters.counter("payroute.provider.events.settled", "provider", due.provider(), "status", decision.status()).increment();
        boolean good = decision.status().equals("applied") || decision.status().equals("no_effect");
        if (!good && decision.detail() != null && (!decision.status().equals(UNDECLARED) || isNew(due, decision))) {
            LOG.warnf("event=provider-event-%s role=payment provider=%s eventId=%s attempt=%d cause=%s", decision.status(),
                    due.provider(), due.eventId(), due.attempts(), decision.detail());
        }
    }

    /** Every undeclared event is counted and listed; each type is logged once, and no more types than can be kept in mind. */
    private boolean isNew(DueEvent due, Decision decision) {
        return named.size() < MAX_NAMED && named.add(due.provider() + ' ' + decision.detail());
    }
}
