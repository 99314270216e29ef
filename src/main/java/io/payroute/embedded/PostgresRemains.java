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
 * What a killed process left of PostgreSQL in our data folder: a server that still runs, since it is a process of its own,
 * or the pid file of a dead one. Only a process that works in this very folder is ever stopped. The caller holds the folder's
 * lock, so nobody else uses that server.
 */
final class PostgresRemains {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(50);

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

    void stopOrphan() throws IOException {
        Optional<ProcessHandle> process = pid() > 0 ? ProcessHandle.of(pid()) : Optional.empty();
        if (process.isPresent() && worksHere(process.get())) {
            System.err.println("Stopping PostgreSQL process " + pid() + ", left behind by a killed process");
            stop(process.get());
        } else if (process.isPresent()) {
            // The number was given to another program since; PostgreSQL would take that one for itself and refuse to start.
            Files.deleteIfExists(pidFile());
        }
        // The children of a killed server notice within moments; a new one cannot start before they have gone.
        awaitNone(() -> ProcessHandle.allProcesses().anyMatch(this::worksHere));
    }

    void delete() throws IOException {
        if (Files.notExists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** SIGINT is PostgreSQL's fast shutdown; the SIGTERM of ProcessHandle would wait for every client to leave. */
    private void stop(ProcessHandle process) throws IOException {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start();
        awaitNone(() -> worksHere(process));
        process.destroyForcibly();
    }

    private static void awaitNone(BooleanSupplier anyLeft) {
        long end = System.nanoTime() + STOP_PATIENCE.toNanos();
        while (System.nanoTime() < end && anyLeft.getAsBoolean()) {
            DataLock.pause(PAUSE);
        }
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

    private Path pidFile() {
        return data.resolve("postmaster.pid");
    }
}
