package io.payroute.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * What a killed process left of PostgreSQL in our data folder: a server that still runs, since it is a process of its own, the
 * pid file of a dead one, or a half made cluster. Only processes that work in this very folder are ever stopped. The caller
 * holds the folder's lock, so nobody else uses them.
 */
final class PostgresRemains {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** Written after the first start: a folder without it never stored anything. */
    private static final String COMPLETE = "payroute-complete";

    private final Path data;

    PostgresRemains(Path data) {
        this.data = data;
    }

    /** The process in postmaster.pid, or -1. */
    long pid() {
        try {
            List<String> lines = Files.readAllLines(pidFile(), StandardCharsets.UTF_8);
            return lines.isEmpty() ? -1 : Long.parseLong(lines.get(0).trim());
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    void markComplete() throws IOException {
        Files.writeString(data.resolve(COMPLETE), "");
    }

    /** Afterwards no process works in the folder, and it holds a complete cluster or nothing. */
    void clear() throws IOException {
        boolean complete = Files.exists(data.resolve(COMPLETE));
        if (complete) {
            stopServer();
        }
        List<ProcessHandle> left = processesHere();
        if (!left.isEmpty()) {
            System.err.println("Ending PostgreSQL processes left behind by a killed process: " + left);
            left.forEach(ProcessHandle::destroyForcibly);
            awaitUntil(() -> processesHere().isEmpty());
        }
        if (!complete) {
            delete();
        }
    }

    private void stopServer() throws IOException {
        Optional<ProcessHandle> process = pid() > 0 ? ProcessHandle.of(pid()) : Optional.empty();
        if (process.isPresent() && !worksHere(process.get())) {
            // The number was given to another program since; PostgreSQL would take that one for itself and refuse to start.
            Files.deleteIfExists(pidFile());
        } else if (process.isPresent()) {
            System.err.println("Stopping PostgreSQL process " + pid() + ", left behind by a killed process");
            // SIGINT is its fast shutdown; the SIGTERM of ProcessHandle would wait for every client to leave.
            new ProcessBuilder("kill", "-INT", String.valueOf(process.get().pid())).start();
        }
        // The children of a killed server notice within moments; a new one cannot start before they have gone.
        awaitUntil(() -> processesHere().isEmpty());
    }

    private void delete() throws IOException {
        if (Files.notExists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void awaitUntil(BooleanSupplier done) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean() && System.nanoTime() < end) {
            DataLock.pause(PAUSE);
        }
    }

    private List<ProcessHandle> processesHere() {
        return ProcessHandle.allProcesses().filter(process -> worksHere(process) || createsHere(process)).toList();
    }

    /** Every PostgreSQL process has the data folder as its working folder. */
    private boolean worksHere(ProcessHandle process) {
        try {
            Path folder = Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"));
            return Files.exists(data) && folder.equals(data.toRealPath());
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private boolean createsHere(ProcessHandle process) {
        List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
        return arguments.contains(data.toString()) && process.info().command().orElse("").endsWith("/initdb");
    }

    private Path pidFile() {
        return data.resolve("postmaster.pid");
    }
}
