package io.payroute.payment.event.apply;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.http.AcceptFirst;
import io.payroute.messaging.Pauses;
import io.payroute.messaging.Sql;
import io.payroute.payment.event.DueEvent;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * Claims stored events that are due, oldest first, and sends each through {@code direct:payment-provider-event-apply}. A claim is
 * a lease: an event whose process dies is due again when it ends, and applying it twice has one effect.
 */
@ApplicationScoped
@Named("applyProviderEvents")
public class ApplyProviderEvents {

    private static final String CLAIM = """
            WITH due AS (
              SELECT id FROM provider_event WHERE due_at <= now() ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED)
            UPDATE provider_event e SET due_at = now() + make_interval(secs => ?), attempts = e.attempts + 1
            FROM due d WHERE e.id = d.id RETURNING e.*, (1000 * extract(epoch FROM now() - e.waiting_since))::int8 AS waited""";

    private final DataSource dataSource;
    private final CamelContext camel;
    private final IntUnaryOperator pace;
    private final int claimSize;
    private final Duration lease;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Pauses pauses = new Pauses("provider-events", Roles.PAYMENT);
    private AsyncProducer route;

    @Inject
    ApplyProviderEvents(RoleDatabases databases, CamelContext camel, AcceptFirst acceptFirst,
            @ConfigProperty(name = "payment.provider-events.claim-size") int claimSize,
            @ConfigProperty(name = "payment.provider-events.lease") Duration lease) {
        this(databases, camel, acceptFirst::limit, claimSize, lease);
    }

    /** @param pace how much of what could be claimed may be claimed at this look */
    ApplyProviderEvents(RoleDatabases databases, CamelContext camel, IntUnaryOperator pace, int claimSize, Duration lease) {
        this.dataSource = databases.of(Roles.PAYMENT);
        this.camel = camel;
        this.pace = pace;
        this.claimSize = claimSize;
        this.lease = lease;
    }

    /** Claims and sends what is due; failures of the database pause it, and are logged, not thrown. */
    public synchronized void dispatch() {
        if (pauses.paused()) {
            return;
        }
        try {
            int free;
            int claimed;
            do {
                free = pace.applyAsInt(claimSize - inFlight.get());
                claimed = free <= 0 ? 0 : claimAndSend(free);
            } while (claimed > 0 && claimed == free);
            pauses.succeeded();
        } catch (SQLException e) {
            pauses.failed(e);
        }
    }

    private int claimAndSend(int free) throws SQLException {
        List<DueEvent> claimed = Sql.query(dataSource, CLAIM, ApplyProviderEvents::due, free, lease.toMillis() / 1000.0);
        claimed.stream().sorted(Comparator.comparing(DueEvent::id)).forEach(this::send);
        return claimed.size();
    }

    private void send(DueEvent due) {
        if (route == null) {
            route = start();
        }
        Exchange exchange = route.getEndpoint().createExchange();
        exchange.setProperty(DueEvent.PROPERTY, due);
        exchange.getMessage().setBody(due);
        exchange.getMessage().setHeader("provider", due.provider());
        inFlight.incrementAndGet();
        route.process(exchange, done -> inFlight.decrementAndGet());
    }

    private AsyncProducer start() {
        try {
            AsyncProducer producer = camel.getEndpoint("direct:payment-provider-event-apply").createAsyncProducer();
            producer.start();
            return producer;
        } catch (Exception e) {
            throw new IllegalStateException("Route payment-provider-event-apply is missing", e);
        }
    }

    private static DueEvent due(ResultSet row) throws SQLException {
        return new DueEvent(row.getObject("id", UUID.class), row.getString("provider"), row.getString("event_id"),
                row.getBytes("payload"), row.getInt("attempts"), Sql.duration(row, "waited"));
    }
}
