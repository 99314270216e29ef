import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What PostgreSQL has done for all databases of the application: statements, commits, bytes of its log, time. */
record Figures(double statements, double commits, double walBytes, double milliseconds, Map<String, Double> byStatement) {

    private static final String SUMS = """
            SELECT (SELECT sum(xact_commit) FROM pg_stat_database), pg_current_wal_lsn() - '0/0'::pg_lsn,
              sum(calls), sum(total_exec_time) FROM pg_stat_statements""";
    private static final String BY_STATEMENT = """
            SELECT query, sum(total_exec_time) FROM pg_stat_statements GROUP BY query""";

    /** Takes effect at the next start. */
    static void prepare() throws Exception {
        try (Connection connection = Payroute.connect("payment"); Statement statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
            statement.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
        }
    }

    static Figures now() throws Exception {
        try (Connection connection = Payroute.connect("payment"); Statement statement = connection.createStatement()) {
            Map<String, Double> byStatement = new LinkedHashMap<>();
            try (ResultSet row = statement.executeQuery(BY_STATEMENT)) {
                while (row.next()) {
                    byStatement.put(row.getString(1), row.getDouble(2));
                }
            }
            try (ResultSet row = statement.executeQuery(SUMS)) {
                row.next();
                return new Figures(row.getDouble(3), row.getDouble(1), row.getDouble(2), row.getDouble(4), byStatement);
            }
        }
    }

    Figures since(Figures begin) {
        Map<String, Double> more = new LinkedHashMap<>();
        byStatement.forEach((query, time) -> more.put(query, time - begin.byStatement.getOrDefault(query, 0.0)));
        return new Figures(statements - begin.statements, commits - begin.commits, walBytes - begin.walBytes,
                milliseconds - begin.milliseconds, more);
    }

    Map<String, String> rows(long payments) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Statements a payment", String.format(Locale.ROOT, "%.2f", statements / payments));
        rows.put("Commits a payment", String.format(Locale.ROOT, "%.2f", commits / payments));
        rows.put("WAL a payment", String.format(Locale.ROOT, "%,.0f bytes", walBytes / payments));
        rows.put("Time in the database a payment", String.format(Locale.ROOT, "%.2f ms", milliseconds / payments));
        byStatement.entrySet().stream().sorted(Map.Entry.<String, Double>comparingByValue().reversed()).limit(3)
                .forEach(one -> rows.put("of it `" + brief(one.getKey()) + "`",
                        String.format(Locale.ROOT, "%.0f %%", 100 * one.getValue() / milliseconds)));
        return rows;
    }

    private static String brief(String query) {
        String line = query.replaceAll("\\s+", " ").replaceAll(".*(INSERT INTO|UPDATE|DELETE FROM)", "… $1");
        return line.substring(0, Math.min(60, line.length()));
    }
}
