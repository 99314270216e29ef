package io.payroute.payment.event.apply;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.event.DueEvent;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.WorkQueue;

/**
 * Stored events of providers that are due, oldest first. A claim is a lease: an event whose process dies is due again when it ends,
 * and applying it twice has one effect.
 */
@ApplicationScoped
@Named(PaymentQueues.PROVIDER_EVENTS)
public class ProviderEventQueue implements WorkQueue<DueEvent> {

    private static final String CLAIM = """
            WITH due AS (
              SELECT id FROM provider_event WHERE due_at <= now() ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED)
            UPDATE provider_event e SET due_at = now() + make_interval(secs => ?), attempts = e.attempts + 1
            FROM due d WHERE e.id = d.id RETURNING e.*, (1000 * extract(epoch FROM now() - e.waiting_since))::int8 AS waited""";
    private static final Rows<DueEvent> CLAIMS = new Rows<DueEvent>().uuid("id", DueEvent::id).int4("attempts",
            DueEvent::attempts);
    private static final String GIVE_BACK = """
            UPDATE provider_event e SET due_at = now(), attempts = e.attempts - 1 FROM %s
            WHERE e.id = t.id AND e.attempts = t.attempts AND e.status = 'waiting'""".formatted(CLAIMS.unnest());

    private final DataSource dataSource;

    ProviderEventQueue(RoleDatabases databases) {
        this.dataSource = databases.of(PaymentRole.NAME);
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public Backlog due() {
        return new Backlog("provider_event WHERE due_at <= now()", "due_at");
    }

    @Override
    public List<DueEvent> claim(Claim claim) throws SQLException {
        return Sql.query(dataSource, CLAIM, ProviderEventQueue::due, claim.limit(), claim.leaseSeconds()).stream()
                .sorted(Comparator.comparing(DueEvent::id)).toList();
    }

    @Override
    public void giveBack(List<DueEvent> tasks) throws SQLException {
        Sql.update(dataSource, GIVE_BACK, CLAIMS.of(tasks));
    }

    /** Keeps the claimed event where no provider's route loses it. */
    public void begin(Exchange exchange) {
        DueEvent due = exchange.getMessage().getBody(DueEvent.class);
        exchange.setProperty(DueEvent.PROPERTY, due);
        exchange.getMessage().setHeader("provider", due.provider());
    }

    private static DueEvent due(ResultSet row) throws SQLException {
        return new DueEvent(row.getObject("id", UUID.class), row.getString("provider"), row.getString("event_id"),
                row.getBytes("payload"), row.getInt("attempts"), Sql.duration(row, "waited"));
    }
}
