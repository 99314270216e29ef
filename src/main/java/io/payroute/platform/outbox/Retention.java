package io.payroute.platform.outbox;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/**
 * Removes rows that have done their duty, a bounded number at a time. The outbox needs none: the relay deletes what it sent.
 */
@ApplicationScoped
public class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final int CHUNK = 5_000;
    /** What has waited for longer goes on outside of its trace. */
    private static final Duration TRACES = Duration.ofDays(1);

    /** Rows of one role's table that are older than they need be; {@code condition} has one parameter, an age in seconds. */
    public record Rule(String role, String table, String condition, Duration age) {
    }

    /** What a role adds to the rules for its inbox, dead letters and idempotency keys. */
    public interface Rules {
        List<Rule> rules();
    }

    private final RoleDatabases databases;
    private final Instance<Rules> more;
    private final Duration inbox;
    private final Duration deadLetters;
    private final Duration keys;

    Retention(RoleDatabases databases, Instance<Rules> more,
            @ConfigProperty(name = "retention.inbox") Duration inbox,
            @ConfigProperty(name = "retention.dead-letters-replayed") Duration deadLetters,
            @ConfigProperty(name = "retention.idempotency-keys") Duration keys) {
        this.databases = databases;
        this.more = more;
        this.inbox = inbox;
        this.deadLetters = deadLetters;
        this.keys = keys;
    }

    public void remove(String role) throws SQLException {
        List<Rule> rules = new ArrayList<>(
                List.of(new Rule(role, "inbox", "received_at < now() - make_interval(secs => ?)", inbox),
                        new Rule(role, "dead_letter", "replayed_at < now() - make_interval(secs => ?)", deadLetters),
                        new Rule(role, "idempotency_key", "created_at < now() - make_interval(secs => ?)", keys),
                        new Rule(role, "trace_context", "created_at < now() - make_interval(secs => ?)", TRACES)));
        more.forEach(set -> set.rules().stream().filter(rule -> rule.role().equals(role)).forEach(rules::add));
        for (Rule rule : rules) {
            long removed = remove(rule);
            if (removed > 0) {
                LOG.infof("event=retention role=%s table=%s removed=%d", role, rule.table(), removed);
            }
        }
    }

    private long remove(Rule rule) throws SQLException {
        String sql = "DELETE FROM " + rule.table() + " WHERE ctid = ANY(ARRAY(SELECT ctid FROM " + rule.table() + " WHERE "
                + rule.condition() + " LIMIT " + CHUNK + "))";
        long total = 0;
        int removed;
        do {
            removed = Sql.update(databases.of(rule.role()), sql, (double) rule.age().toSeconds());
            total += removed;
        } while (removed == CHUNK);
        return total;
    }
}
