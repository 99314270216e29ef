package io.payroute.payment.charge;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.WorkQueue;

/**
 * A queue of calls to providers. It claims what is due, provider by provider, each by the index on provider and time: what waits for a provider that gets nothing now
 * costs the others nothing, however much it is. A provider whose breaker is open gets nothing; one that is tried again gets a few.
 * <p>
 * A claim is a lease: it marks the work as sent before anything leaves the process. A claim that finds that mark has a predecessor
 * whose answer was lost with its process, and queries the provider instead of sending again.
 */
public abstract class ProviderQueue<T extends ProviderTask> implements WorkQueue<T> {

    /** One probe of the index for each provider that has work. */
    private static final String OTHERS = """
            WITH RECURSIVE present AS (
              (SELECT provider FROM %1$s WHERE %3$s IS NOT NULL ORDER BY provider LIMIT 1)
              UNION ALL
              SELECT (SELECT w.provider FROM %1$s w WHERE w.provider > p.provider AND w.%3$s IS NOT NULL
                ORDER BY w.provider LIMIT 1)
              FROM present p WHERE p.provider IS NOT NULL),
            providers AS (SELECT provider FROM present WHERE provider <> ALL(?::text[])),
            """;
    private static final String DUE = """
            due AS MATERIALIZED (
              SELECT d.id, d.status_query FROM providers p CROSS JOIN LATERAL (
                SELECT w.%2$s AS id, w.%3$s AS since, w.sent_at IS NOT NULL AS status_query FROM %1$s w
                WHERE w.provider = p.provider AND w.%3$s <= now() AND w.due_at <= now()
                ORDER BY w.%3$s LIMIT ? FOR UPDATE SKIP LOCKED) d
              ORDER BY d.since LIMIT ?)
            """;
    private static final Rows<ProviderTask> CLAIMS = new Rows<ProviderTask>().uuid("id", ProviderTask::id)
            .bool("status_query", ProviderTask::statusQuery).int4("attempts", ProviderTask::attempts)
            .int4("queries", ProviderTask::queries);
    /** Changes nothing when somebody else has claimed it since. */
    private static final String GIVE_BACK = """
            UPDATE %1$s w SET due_at = now(), sent_at = CASE WHEN t.status_query THEN w.sent_at END,
              attempts = w.attempts - CASE WHEN t.status_query THEN 0 ELSE 1 END,
              queries = w.queries - CASE WHEN t.status_query THEN 1 ELSE 0 END
            FROM %3$s
            WHERE w.%2$s = t.id AND w.attempts = t.attempts AND w.queries = t.queries AND w.due_at IS NOT NULL""";

    private final DataSource dataSource;
    private final ProviderBreakers breakers;
    private final String claimOthers;
    private final String claimOf;
    private final String giveBack;
    private final Sql.Mapper<T> mapper;

    /**
     * @param claimOthers the statement that claims for all providers but those of its first parameter, and
     * @param claimOf for those alone; see {@link #others}
     */
    protected ProviderQueue(RoleDatabases databases, ProviderBreakers breakers, String claimOthers, String claimOf,
            String giveBack, Sql.Mapper<T> mapper) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.breakers = breakers;
        this.claimOthers = claimOthers;
        this.claimOf = claimOf;
        this.giveBack = giveBack;
        this.mapper = mapper;
    }

    /**
     * @param table with columns {@code provider}, {@code due_at} and {@code sent_at}
     * @param order the column that has the index beside the provider: {@code due_at}, or one that is never later
     * @return the CTE {@code due} with columns {@code id} and {@code status_query}, of all providers but those of the first parameter;
     *         the second and the third are the limit
     */
    protected static String others(String table, String key, String order) {
        return (OTHERS + DUE).formatted(table, key, order);
    }

    /** As {@link #others}, of the providers of the first parameter alone. */
    protected static String named(String table, String key, String order) {
        return "WITH providers AS (SELECT unnest(?::text[]) AS provider),\n" + DUE.formatted(table, key, order);
    }

    /** @return the statement that makes claims as if they had never been made */
    protected static String giveBack(String table, String key) {
        return GIVE_BACK.formatted(table, key, CLAIMS.unnest());
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public List<T> claim(Claim claim) throws SQLException {
        return claim(claim, breakers.failing());
    }

    /** Of a provider that has nearly its share of the permits, this may take more than its room; what is over waits for its turn. */
    protected final List<T> claim(Claim claim, ProviderBreakers.Failing failing) throws SQLException {
        List<T> claimed = new ArrayList<>();
        for (String name : failing.halfOpen()) {
            int trials = breakers.trials() - claim.held().getOrDefault(name, 0);
            claimed.addAll(claim(claimOf, List.of(name), Math.min(claim.limit() - claimed.size(), trials), claim));
        }
        List<String> out = Stream.of(failing.open(), failing.halfOpen(), claim.full()).flatMap(List::stream).toList();
        claimed.addAll(claim(claimOthers, out, claim.limit() - claimed.size(), claim));
        return claimed;
    }

    private List<T> claim(String sql, List<String> providers, int limit, Claim claim) throws SQLException {
        return limit <= 0
                ? List.of()
                : Sql.query(dataSource, now(sql), mapper, Sql.column("text", providers, name -> name), limit, limit,
                        claim.leaseSeconds());
    }

    /** @return the statement to be run at this moment */
    protected String now(String claim) {
        return claim;
    }

    @Override
    public void giveBack(List<T> tasks) throws SQLException {
        Sql.update(dataSource, giveBack, CLAIMS.of(tasks));
    }
}
