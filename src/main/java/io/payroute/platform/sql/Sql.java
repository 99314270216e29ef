package io.payroute.platform.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import javax.sql.DataSource;

/**
 * The few lines of JDBC that every verb needs: one statement is one transaction, and many rows go in as arrays
 * ({@link Rows}), one array a column.
 * <p>
 * How large such a set is the planner may not know, and then it compares two of them each with each. So a statement never joins
 * two sets of its batch: it carries on what it needs by {@code RETURNING}, or asks {@code (id IN (SELECT id FROM other)) IS TRUE},
 * which is a hash table in every plan (without {@code IS TRUE} it is a join). A {@code LATERAL} with {@code LIMIT 1} looks up one
 * row of a table for each of the batch in every plan. A test reads the plans.
 */
public final class Sql {

    /**
     * In front of a statement that reads no table, so that no other plan can be better: it is planned once for a connection, not for
     * each execution. Both are one round trip and one transaction, with which the setting ends.
     */
    public static final String PLANNED_ONCE = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true); ";

    @FunctionalInterface
    public interface Mapper<R> {
        R map(ResultSet row) throws SQLException;
    }

    @FunctionalInterface
    public interface Work<R> {
        R with(Connection connection) throws Exception;
    }

    private Sql() {
    }

    /** Runs one statement that returns rows, in a transaction of its own. Parameters: see {@link #bind}. */
    public static <R> List<R> query(DataSource dataSource, String sql, Mapper<R> mapper, Object... parameters)
            throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return query(connection, sql, mapper, parameters);
        }
    }

    public static <R> List<R> query(Connection connection, String sql, Mapper<R> mapper, Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(connection, statement, parameters);
            statement.execute();
            if (sql.startsWith(PLANNED_ONCE)) {
                statement.getMoreResults();
            }
            try (ResultSet rows = statement.getResultSet()) {
                List<R> result = new ArrayList<>();
                while (rows.next()) {
                    result.add(mapper.map(rows));
                }
                return result;
            }
        }
    }

    /** Runs one statement that returns no rows, in a transaction of its own. @return the rows it changed */
    public static int update(DataSource dataSource, String sql, Object... parameters) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return update(connection, sql, parameters);
        }
    }

    public static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(connection, statement, parameters);
            return statement.executeUpdate();
        }
    }

    /** Runs several statements in one transaction: all or nothing. */
    public static <R> R inTransaction(DataSource dataSource, Work<R> work) throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                R result = work.with(connection);
                connection.commit();
                return result;
            } catch (Exception | Error e) {
                try {
                    connection.rollback();
                } catch (SQLException rollback) {
                    e.addSuppressed(rollback);
                }
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, Object... parameters) throws SQLException {
        int next = 1;
        for (Object value : parameters) {
            if (value instanceof Rows.Batch batch) {
                for (Column column : batch.columns()) {
                    bind(connection, statement, next++, column);
                }
            } else {
                bind(connection, statement, next++, value);
            }
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, int index, Object value) throws SQLException {
        if (value instanceof Column column) {
            statement.setArray(index, connection.createArrayOf(column.type(), column.values()));
        } else if (value instanceof Instant instant) {
            statement.setObject(index, OffsetDateTime.ofInstant(instant, ZoneOffset.UTC));
        } else {
            statement.setObject(index, value);
        }
    }

    /** One array: a column of {@link Rows}, or the ids that a statement is for. */
    public record Column(String type, Object[] values) {
    }

    public static <T> Column column(String type, List<? extends T> rows, Function<? super T, ?> value) {
        Object[] values = type.equals("bytea") ? new byte[rows.size()][] : new Object[rows.size()];
        for (int i = 0; i < values.length; i++) {
            Object one = value.apply(rows.get(i));
            values[i] = one instanceof Instant instant ? OffsetDateTime.ofInstant(instant, ZoneOffset.UTC).toString() : one;
        }
        return new Column(type, values);
    }

    /** @param column in milliseconds */
    public static Duration duration(ResultSet row, String column) throws SQLException {
        Long millis = row.getObject(column, Long.class);
        return millis == null ? null : Duration.ofMillis(millis);
    }

    public static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
