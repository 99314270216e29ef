package io.payroute.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL server with its data kept and one database per role. Commits are durable: the library turns that off for
 * tests, this turns it on again. Starts whatever state an earlier, killed process left the folder in. Its programs lie beside
 * the data or in the build folder: in a temporary folder that everybody may write to, anybody could put others in their place.
 */
final class EmbeddedPostgres implements EmbeddedServer {

    private static final String USER = "postgres";
    private static final Duration START_PATIENCE = Duration.ofSeconds(45);
    private static final Map<String, String> SETTINGS = Map.ofEntries(Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"), Map.entry("full_page_writes", "on"),
            Map.entry("listen_addresses", "127.0.0.1"), Map.entry("unix_socket_directories", ""),
            Map.entry("max_connections", "200"), Map.entry("shared_buffers", "128MB"), Map.entry("max_wal_size", "1GB"),
            Map.entry("wal_level", "minimal"), Map.entry("max_wal_senders", "0"), Map.entry("jit", "off"));

    private final Path data;
    private final Path programs;
    private final List<String> databases;
    private final PostgresRemains remains;
    private final int port;
    private final PostgresPassword password;
    private io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;

    EmbeddedPostgres(Path data, Path programs, int wantedPort, List<String> databases) {
        this.data = data;
        this.programs = programs;
        this.databases = databases;
        this.remains = new PostgresRemains(data);
        try {
            remains.clear();
            port = Ports.choose(wantedPort, "PostgreSQL", "payroute.embedded.postgres-port");
            password = new PostgresPassword(data);
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    private IllegalStateException failure(Exception cause) {
        return new IllegalStateException("PostgreSQL did not start in " + data + ": " + cause.getMessage(), cause);
    }

    @Override
    public void start() {
        try {
            server = run();
            prepare();
            remains.markComplete();
        } catch (IOException | SQLException | RuntimeException e) {
            throw failure(e);
        }
    }

    private io.zonky.test.db.postgres.embedded.EmbeddedPostgres run() throws IOException {
        var builder = io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder().setDataDirectory(data)
                .setCleanDataDirectory(false).setPort(port).setPGStartupWait(START_PATIENCE)
                .setOutputRedirector(Redirect.appendTo(data.resolveSibling(EmbeddedLog.FILE).toFile()))
                .setOverrideWorkingDirectory(unpacked().toFile()).setConnectConfig("password", password.value())
                // All of these are options of initdb.
                .setLocaleConfig("locale", "C.UTF-8").setLocaleConfig("pwfile", password.file().toString())
                .setLocaleConfig("auth-host", "scram-sha-256").setLocaleConfig("auth-local", "scram-sha-256");
        SETTINGS.forEach(builder::setServerConfig);
        return builder.start();
    }

    /** The library lets everybody write to the folder that it is given, so that one lies in another, which is the owner's alone. */
    private Path unpacked() throws IOException {
        Path folder = Files.createDirectories(programs);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return folder.resolve("unpacked");
    }

    private void prepare() throws SQLException, IOException {
        try (Connection connection = server.getPostgresDatabase(Map.of("password", password.value())).getConnection();
                Statement statement = connection.createStatement()) {
            password.secure(statement);
            for (String database : databases) {
                if (!exists(statement, database)) {
                    statement.execute("CREATE DATABASE \"" + database + "\"");
                }
            }
        }
    }

    private static boolean exists(Statement statement, String database) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
            return row.next();
        }
    }

    @Override
    public Map<String, String> addresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (String database : databases) {
            addresses.put("embedded.postgres." + database + ".jdbc-url",
                    "jdbc:postgresql://127.0.0.1:" + port + "/" + database);
        }
        addresses.put("embedded.postgres.username", USER);
        addresses.put("embedded.postgres.password", password.value());
        if (server != null) {
            addresses.put("embedded.postgres.pid", String.valueOf(remains.pid()));
        }
        return addresses;
    }

    @Override
    public boolean isAlive() {
        return Ports.isOpen(port);
    }

    @Override
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            System.err.println("PostgreSQL did not stop cleanly: " + e);
        }
    }
}
