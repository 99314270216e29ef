package io.payroute.crash;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One of the embedded servers as a process of its own, which outlives a kill of the application and can itself be killed and
 * started again, with its data and at its ports. It ends with the tests however they end: its standard input closes then.
 */
final class ServerProcess implements AutoCloseable {

    private static final String MAIN_CLASS = "io.payroute.embedded.EmbeddedServers";
    private static final Path BUILD = Path.of("target").toAbsolutePath();
    private static final int STOP_SECONDS = 60;

    private final String server;
    private final List<String> options;
    private final Path log;
    private final Map<String, String> addresses = new HashMap<>();
    private Process process;

    /** @param options further options of the servers' command line: ports and databases, which a restart uses again */
    ServerProcess(String server, Path data, String... options) {
        this.server = server;
        this.options = new ArrayList<>(List.of("--only", server, "--data", data.toString(), "--programs",
                BUILD.resolve("embedded/postgres-programs").toString()));
        this.options.addAll(List.of(options));
        this.log = data.resolve(server + ".err");
    }

    /** Returns once the server is ready. */
    ServerProcess start() {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1", "-XX:SharedArchiveFile=" + BUILD.resolve("embedded/servers.jsa"),
                        "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0",
                        MAIN_CLASS));
        command.addAll(options);
        try {
            Files.createDirectories(log.getParent());
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile()));
            builder.environment().put("CLASSPATH", BUILD.resolve("embedded/servers.jar") + File.pathSeparator
                    + Files.readString(BUILD.resolve("embedded/classpath")).strip());
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CompletableFuture.runAsync(this::readAddresses).orTimeout(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        return this;
    }

    private void readAddresses() {
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); !"READY".equals(line); line = lines.readLine()) {
                if (line == null || line.startsWith("ERROR=")) {
                    throw new IllegalStateException(server + " did not start: " + line + ", see " + log.getParent());
                }
                String[] pair = line.split("=", 2);
                addresses.put(pair[0], pair[1]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String address(String key) {
        return addresses.get(key);
    }

    /** kill -9 of the server; with PostgreSQL, which detaches itself from its parent, of all its processes. */
    void kill() {
        List<ProcessHandle> victims = Stream.concat(Stream.of(process.toHandle()), postgres()).toList();
        victims.forEach(ProcessHandle::destroyForcibly);
        victims.forEach(victim -> victim.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join());
    }

    private Stream<ProcessHandle> postgres() {
        String pid = addresses.get("embedded.postgres.pid");
        return pid == null
                ? Stream.empty()
                : ProcessHandle.of(Long.parseLong(pid)).stream()
                        .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()));
    }

    @Override
    public void close() {
        if (process == null || !process.isAlive()) {
            return;
        }
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (IOException | InterruptedException e) {
            kill();
        }
    }
}
