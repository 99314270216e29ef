package io.payroute.payment.charge;

/**
 * The part of a claim that finds what is due, provider by provider, each by the index on provider and time: what waits for a
 * provider that gets nothing now costs the others nothing, however much it is.
 */
public final class DueByProvider {

    /** One look into the index for each provider that has work. */
    private static final String OTHERS = """
            WITH RECURSIVE present AS (
              (SELECT provider FROM %1$s WHERE due_at IS NOT NULL ORDER BY provider LIMIT 1)
              UNION ALL
              SELECT (SELECT w.provider FROM %1$s w WHERE w.provider > p.provider AND w.due_at IS NOT NULL
                ORDER BY w.provider LIMIT 1)
              FROM present p WHERE p.provider IS NOT NULL),
            providers AS (SELECT provider FROM present WHERE provider <> ALL(?::text[])),
            """;
    private static final String DUE = """
            due AS MATERIALIZED (
              SELECT d.id, d.ask FROM providers p CROSS JOIN LATERAL (
                SELECT w.%2$s AS id, w.due_at, w.sent_at IS NOT NULL AS ask FROM %1$s w
                WHERE w.provider = p.provider AND w.due_at <= now() ORDER BY w.due_at LIMIT ? FOR UPDATE SKIP LOCKED) d
              ORDER BY d.due_at LIMIT ?)
            """;

    private DueByProvider() {
    }

    /**
     * @param table with columns {@code provider}, {@code due_at} and {@code sent_at}
     * @return the CTE {@code due} with columns {@code id} and {@code ask}, of all providers but those of the first parameter;
     *         the second and the third are the limit
     */
    public static String others(String table, String key) {
        return (OTHERS + DUE).formatted(table, key);
    }

    /** As {@link #others}, of the providers of the first parameter alone. */
    public static String named(String table, String key) {
        return "WITH providers AS (SELECT unnest(?::text[]) AS provider),\n" + DUE.formatted(table, key);
    }
}
