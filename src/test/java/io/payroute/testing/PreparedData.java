package io.payroute.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.flywaydb.core.Flyway;

import io.payroute.platform.Roles;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The embedded PostgreSQL as a first start leaves it before the first payment, with the tables of each role: made once for a
 * package, and copied for each application that starts with empty tables. What a first start does is for other tests.
 */
public final class PreparedData {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final List<String> FILES = List.of("postgres", "postgres-password");

    private PreparedData() {
    }

    /** @param data the folder of the embedded servers, which holds no database */
    public static synchronized void copyTo(Path data) {
        try {
            Path prepared = prepared();
            Files.createDirectories(data);
            for (String file : FILES) {
                run("cp", "-a", prepared.resolve(file).toString(), data.resolve(file).toString());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tests of other processes may want it at the same time. */
    private static Path prepared() throws IOException, InterruptedException {
        String version = String.valueOf(Files.getLastModifiedTime(TARGET.resolve("quarkus-app/payroute.jar")).toMillis());
        Path prepared = TARGET.resolve("prepared/" + version);
        Files.createDirectories(prepared.getParent());
        try (FileChannel file = FileChannel.open(prepared.resolveSibling("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock lock = file.lock()) {
            if (Files.notExists(prepared)) {
                Path half = prepared.resolveSibling("half");
                run("rm", "-rf", half.toString());
                make(half);
                Files.move(half, prepared);
            }
            return prepared;
        }
    }

    private static void make(Path data) throws IOException, InterruptedException {
        Files.createDirectories(data);
        Path embedded = TARGET.resolve("embedded");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "io.payroute.embedded.EmbeddedServers", "--only",
                "postgres", "--data", data.toString(), "--programs", embedded.resolve("postgres-programs").toString(),
                "--postgres-port", "0"));
        Roles.WITH_DATABASE.forEach(role -> command.addAll(List.of("--database", role)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(data.resolve("err").toFile()));
        builder.environment().put("CLASSPATH", embedded.resolve("servers.jar") + File.pathSeparator
                + Files.readString(embedded.resolve("classpath")).strip());
        Process server = builder.start();
        Map<String, String> addresses = new HashMap<>();
        try (BufferedReader lines = server.inputReader()) {
            for (String line = lines.readLine(); !"READY".equals(line); line = lines.readLine()) {
                assertThat(line).as("PostgreSQL starts, see " + data).isNotNull().doesNotStartWith("ERROR=");
                String[] pair = line.split("=", 2);
                addresses.put(pair[0], pair[1]);
            }
            for (String role : Roles.WITH_DATABASE) {
                Flyway.configure()
                        .dataSource(addresses.get("embedded.postgres." + role + ".jdbc-url"),
                                addresses.get("embedded.postgres.username"), addresses.get("embedded.postgres.password"))
                        .locations("db/platform", "db/" + role).load().migrate();
            }
        } finally {
            server.getOutputStream().close();
            server.waitFor();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
