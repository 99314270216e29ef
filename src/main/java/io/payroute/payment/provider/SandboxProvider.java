package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.messaging.GroupCommit;
import io.payroute.messaging.Sql;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.runtime.RoleDatabases;
import io.payroute.runtime.Roles;

/**
 * A payment provider for trying out and for tests. It stands for another company: it keeps its own books, which survive a crash
 * of the application, and answers by the amount, in minor units of any currency:
 * <ul>
 * <li>4002: declined, {@code insufficient_funds}; 4003: declined, {@code card_expired}
 * <li>4004: slow, ten times the latency
 * <li>4008: a time-out after the money moved; 4009: a time-out before it moved
 * <li>5003: unreachable at the first attempt, then charged
 * </ul>
 * Every other amount is charged. A key is charged once, as real providers do; {@code payment.provider.sandbox.idempotent=false}
 * turns that off, so that a test sees every charge that would be doubled.
 */
@ApplicationScoped
@Named("sandboxProvider")
public class SandboxProvider {

    private static final Map<Long, String> DECLINES = Map.of(4002L, "insufficient_funds", 4003L, "card_expired");
    private static final long SLOW = 4004;
    private static final long TIMEOUT_AFTER = 4008;
    private static final long TIMEOUT_BEFORE = 4009;
    private static final long FIRST_UNREACHABLE = 5003;

    private static final String CHARGE = """
            INSERT INTO sandbox_charge (charge_key, amount_minor, currency, status, reason)
            SELECT DISTINCT ON (key, CASE WHEN ? THEN 0 ELSE n END) key, amount, currency, status, reason
            FROM unnest(?::text[], ?::int8[], ?::text[], ?::text[], ?::text[])
              WITH ORDINALITY AS t(key, amount, currency, status, reason, n)
            WHERE NOT ? OR NOT EXISTS (SELECT 1 FROM sandbox_charge c WHERE c.charge_key = t.key)""";
    private static final String FIND = "SELECT status, reason FROM sandbox_charge WHERE charge_key = ? ORDER BY id LIMIT 1";

    private final DataSource dataSource;
    private final boolean idempotent;
    private final long latencyMin;
    private final long latencyMax;
    private final GroupCommit<ProviderCall, Boolean> books;

    SandboxProvider(RoleDatabases databases,
            @ConfigProperty(name = "payment.provider.sandbox.idempotent") boolean idempotent,
            @ConfigProperty(name = "payment.provider.sandbox.latency-min") Duration latencyMin,
            @ConfigProperty(name = "payment.provider.sandbox.latency-max") Duration latencyMax) {
        if (latencyMin.compareTo(latencyMax) > 0) {
            throw new IllegalStateException("payment.provider.sandbox.latency-min must not be above "
                    + "payment.provider.sandbox.latency-max.");
        }
        this.dataSource = databases.of(Roles.PAYMENT);
        this.idempotent = idempotent;
        this.latencyMin = latencyMin.toMillis();
        this.latencyMax = latencyMax.toMillis();
        this.books = new GroupCommit<>("sandbox-books", 1, 500, 10_000, this::write);
    }

    /** How long this call shall take, in milliseconds. The route waits, without a thread. */
    public long latency(@Body ProviderCall call) {
        long latency = latencyMin == latencyMax
                ? latencyMin
                : ThreadLocalRandom.current().nextLong(latencyMin, latencyMax + 1);
        return call.money().minor() == SLOW ? 10 * Math.max(latency, 100) : latency;
    }

    public ProviderOutcome charge(@Body ProviderCall call) throws Exception {
        long amount = call.money().minor();
        if (amount == FIRST_UNREACHABLE && call.attempt() == 1) {
            throw new ConnectException("The sandbox is unreachable for this amount, once.");
        }
        if (amount == TIMEOUT_BEFORE && call.attempt() == 1) {
            throw new SocketTimeoutException("The sandbox did not answer; nothing was charged.");
        }
        books.write(call, Duration.ofSeconds(10));
        if (amount == TIMEOUT_AFTER) {
            throw new SocketTimeoutException("The sandbox did not answer; the charge was made.");
        }
        return outcome(call.key(), DECLINES.get(amount));
    }

    /** What the books say of a key. */
    public ProviderOutcome status(@Body ProviderCall call) throws SQLException {
        return Sql.query(dataSource, FIND,
                row -> outcome(call.key(), row.getString("status").equals("declined") ? row.getString("reason") : null),
                call.key()).stream().findFirst().orElse(new ProviderOutcome.NotDone("unknown to the provider"));
    }

    private static ProviderOutcome outcome(String key, String declined) {
        return declined == null ? new ProviderOutcome.Completed("sandbox_" + key) : new ProviderOutcome.Declined(declined);
    }

    private List<Boolean> write(List<ProviderCall> calls) throws SQLException {
        Sql.update(dataSource, CHARGE, idempotent, Sql.column("text", calls, ProviderCall::key),
                Sql.column("int8", calls, call -> call.money().minor()),
                Sql.column("text", calls, call -> call.money().currency()),
                Sql.column("text", calls, call -> DECLINES.containsKey(call.money().minor()) ? "declined" : "charged"),
                Sql.column("text", calls, call -> DECLINES.get(call.money().minor())), idempotent);
        return Collections.nCopies(calls.size(), Boolean.TRUE);
    }

    @PreDestroy
    void close() {
        books.close();
    }
}
