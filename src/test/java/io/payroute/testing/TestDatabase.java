package io.payroute.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.ds.PGSimpleDataSource;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.payroute.platform.Defaults;
import io.payroute.platform.sql.Sql;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A database with the tables of a role, in a real PostgreSQL that is started once for the suite. Every test class makes its own,
 * as a copy of one that was migrated.
 */
public final class TestDatabase {

    private static final Set<String> TEMPLATES = new HashSet<>();
    private static final String OPTIONS = options();
    private static EmbeddedPostgres server;
    private static int made;

    private final String name;
    private final DataSource dataSource = (DataSource) Proxy.newProxyInstance(TestDatabase.class.getClassLoader(),
            new Class<?>[]{DataSource.class}, this::onPool);
    private volatile DataSource pool;
    private boolean apart;

    private TestDatabase(String name) {
        this.name = name;
        connectAnew();
    }

    public static TestDatabase create() {
        return create("payment");
    }

    public static synchronized TestDatabase create(String role) {
        String template = "migrated_" + role;
        try {
            if (server == null) {
                server = EmbeddedPostgres.builder().setServerConfig("max_connections", "200")
                        .setPGStartupWait(Duration.ofSeconds(45)).setOutputRedirector(Redirect.DISCARD).start();
            }
            if (TEMPLATES.add(role)) {
                execute(server.getPostgresDatabase(), "CREATE DATABASE " + template);
                migrations(named(template), role).load().migrate();
            }
            String name = "test" + ++made;
            execute(server.getPostgresDatabase(), "CREATE DATABASE " + name + " TEMPLATE " + template);
            return new TestDatabase(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As an earlier version left it; {@link #migrate(String)} brings it up to date. */
    public static synchronized TestDatabase earlier(String role, String version) {
        TestDatabase database = create(role);
        database.execute("DROP SCHEMA public CASCADE");
        database.execute("CREATE SCHEMA public");
        migrations(database.dataSource, role).target(version).load().migrate();
        database.connectAnew();
        return database;
    }

    public void migrate(String role) {
        migrations(dataSource, role).load().migrate();
        connectAnew();
    }

    private static FluentConfiguration migrations(DataSource target, String role) {
        return Flyway.configure().dataSource(target).locations("db/platform", "db/" + role);
    }

    private static DataSource named(String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(server.getJdbcUrl("postgres", name));
        source.setOptions(OPTIONS);
        return source;
    }

    private Object onPool(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(pool, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /**
     * Connections are kept, as in production: making one takes longer than most statements of a test. What the database sets for a
     * connection is read when it is made; those of before end when they are idle.
     */
    private void connectAnew() {
        try {
            pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(kept -> kept
                    .maxSize(100).reapTimeout(Duration.ofSeconds(5)).acquisitionTimeout(Duration.ofSeconds(30))
                    .connectionFactoryConfiguration(factory -> factory.jdbcUrl(server.getJdbcUrl("postgres", name))
                            .principal(new NamePrincipal("postgres")).jdbcProperty("options", OPTIONS))));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a server does that goes away. */
    public void endConnections() {
        rows("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
                + "AND pid <> pg_backend_pid()");
        connectAnew();
    }

    /** As production connects. */
    private static String options() {
        return Defaults.packaged().all()
                .getProperty("quarkus.datasource.payment.jdbc.additional-jdbc-properties.options");
    }

    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * From now on the clock of this database goes so much before that of the application, or, if negative, behind it; until the
     * tables are cleared.
     */
    public void clockAhead(Duration ahead) {
        for (String clock : List.of("now", "clock_timestamp")) {
            execute("CREATE OR REPLACE FUNCTION public.%s() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT pg_catalog.%s() "
                    .formatted(clock, clock) + "+ interval '" + ahead.toMillis() + " ms' $$");
        }
        execute(setting("SET search_path = public, pg_catalog"));
        // A default knows its function, not the function's name.
        execute("""
                DO $$ DECLARE d record; BEGIN
                  FOR d IN SELECT table_name, column_name, substring(column_default FROM '(now|clock_timestamp)[(]') AS clock
                    FROM information_schema.columns WHERE table_schema = 'public' AND column_default ~ '(now|clock_timestamp)[(]'
                  LOOP
                    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT public.%I()', d.table_name, d.column_name, d.clock);
                  END LOOP;
                END $$""");
        apart = !ahead.isZero();
        connectAnew();
    }

    /**
     * Empties every table but the rules of the migrations. What is small is deleted, row by row and without triggers: TRUNCATE makes
     * a new file for each table and index, which took longer than many a test.
     */
    public void clear() {
        if (apart) {
            clockAhead(Duration.ZERO);
        }
        execute("""
                DO $$ DECLARE t regclass; s record; BEGIN
                  SET LOCAL session_replication_role = replica;
                  FOR t IN SELECT format('public.%I', tablename) FROM pg_tables WHERE schemaname = 'public'
                    AND tablename NOT IN ('flyway_schema_history', 'payment_transition_rule')
                  LOOP
                    IF pg_relation_size(t) > 1000000 THEN
                      EXECUTE 'TRUNCATE ' || t || ' CASCADE';
                    ELSIF pg_relation_size(t) > 0 THEN
                      EXECUTE 'DELETE FROM ' || t;
                    END IF;
                  END LOOP;
                  FOR s IN SELECT sequencename, start_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
                  LOOP
                    PERFORM setval(format('public.%I', s.sequencename)::regclass, s.start_value, false);
                  END LOOP;
                END $$""");
    }

    public void execute(String sql, Object... parameters) {
        execute(dataSource, sql, parameters);
    }

    private static void execute(DataSource target, String sql, Object... parameters) {
        try (Connection connection = target.getConnection()) {
            Sql.update(connection, sql, parameters);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /**
     * Leaves the planner nothing but loops over a subquery. A plan that runs a claim's inner query once more for each row finds
     * other rows every time, since those before are locked or gone, and takes more than its limit.
     */
    public void withNestedLoops(Work work) throws Exception {
        List<String> others = List.of("hashjoin", "hashagg", "mergejoin", "sort", "material", "memoize");
        others.forEach(way -> execute(setting("SET enable_" + way + " = off")));
        connectAnew();
        try {
            work.run();
        } finally {
            others.forEach(way -> execute(setting("RESET enable_" + way)));
            connectAnew();
        }
    }

    private static String setting(String statement) {
        return "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I " + statement + "', current_database()); END $$";
    }

    /** All rows as text, columns joined by a blank, null as "null". */
    public List<String> rows(String sql, Object... parameters) {
        try {
            return Sql.query(dataSource, sql, TestDatabase::line, parameters);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public String value(String sql, Object... parameters) {
        return rows(sql, parameters).get(0);
    }

    public int count(String table) {
        return Integer.parseInt(value("SELECT count(*) FROM " + table));
    }

    private static String line(ResultSet row) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            columns.add(String.valueOf(row.getString(i)));
        }
        return String.join(" ", columns);
    }
}
