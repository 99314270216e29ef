package io.payroute.platform.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.payroute.platform.Roles;

/**
 * Follows one child from launch to READY, and then for as long as both processes live: its thread holds the child's pipes
 * open, and tells when the child ends on its own. The addresses are known before the servers are ready.
 */
final class EmbeddedServersStart implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process child;
    private final Duration limit;
    private final Path log;
    private final Consumer<String> started;
    private final Consumer<Map<String, String>> ended;
    private final long begin = System.nanoTime();
    private final Map<String, String> addresses = new TreeMap<>();
    private final Set<String> running = new HashSet<>();
    private final CompletableFuture<Map<String, String>> known = new CompletableFuture<>();
    private final CompletableFuture<Map<String, String>> ready = new CompletableFuture<>();

    private EmbeddedServersStart(Process child, Duration limit, Path log, Consumer<String> started,
            Consumer<Map<String, String>> ended) {
        this.child = child;
        this.limit = limit;
        this.log = log;
        this.started = started;
        this.ended = ended;
    }

    /**
     * @param started told the name of each server that has started
     * @param ended told once, with its addresses, when a child that was ready has ended
     */
    static EmbeddedServersStart follow(Process child, Duration limit, Path log, Consumer<String> started,
            Consumer<Map<String, String>> ended) {
        EmbeddedServersStart start = new EmbeddedServersStart(child, limit, log, started, ended);
        run("embedded-servers", start);
        return start;
    }

    static void run(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.start();
    }

    Map<String, String> awaitAddresses() {
        return await(known);
    }

    void awaitReady() {
        announce(await(ready));
    }

    private Map<String, String> await(CompletableFuture<Map<String, String>> state) {
        long end = begin + limit.toNanos();
        try {
            while (true) {
                try {
                    long wait = Math.min(end - System.nanoTime(), PATIENCE.toNanos());
                    return state.get(wait, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (System.nanoTime() >= end) {
                        throw new IllegalStateException("The embedded servers were not ready after " + limit.toSeconds()
                                + " s (payroute.embedded.start-timeout). Their log: " + log, e);
                    }
                    EmbeddedServersProcess.say("Still starting the embedded servers after " + seconds()
                            + " s, slower than usual; their log: " + log);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the embedded servers were starting", e);
        } finally {
            if (!state.isDone() || state.isCompletedExceptionally()) {
                child.destroy();
            }
        }
    }

    @Override
    public void run() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                accept(line);
            }
        } catch (IOException e) {
            fail(e);
        }
        known.completeExceptionally(new IllegalStateException("The embedded servers ended while starting: " + log));
        if (!ready.completeExceptionally(new IllegalStateException("The embedded servers ended while starting: " + log))
                && !ready.isCompletedExceptionally()) {
            ended.accept(Map.copyOf(addresses));
        }
    }

    private void accept(String line) {
        int equals = line.indexOf('=');
        String key = equals < 0 ? line : line.substring(0, equals);
        String value = line.substring(equals + 1);
        switch (key) {
            case "known" -> known.complete(Map.copyOf(addresses));
            case "ready" -> ready(value);
            case "READY" -> ready.complete(Map.copyOf(addresses));
            case "ERROR" -> fail(
                    new IllegalStateException("The embedded servers did not start. " + value + " Their log: " + log));
            case "progress" -> EmbeddedServersProcess.say(value);
            default -> addresses.put(key, value);
        }
    }

    /** From the last one on the application goes on without waiting, so a child that ends now is one to be started again. */
    private void ready(String server) {
        running.add(server);
        if (running.containsAll(List.of(EmbeddedServersProcess.SERVERS))) {
            ready.complete(Map.copyOf(addresses));
        }
        started.accept(server);
    }

    private void fail(Exception cause) {
        known.completeExceptionally(cause);
        ready.completeExceptionally(cause);
    }

    private void announce(Map<String, String> addresses) {
        EmbeddedServersProcess.say("Embedded servers are ready after " + seconds() + " s: PostgreSQL "
                + addresses.get("embedded.postgres." + Roles.ALL.get(0) + ".jdbc-url") + ", Kafka "
                + addresses.get("embedded.kafka.bootstrap-servers") + ", SMTP port " + addresses.get("embedded.smtp.port")
                + ", mails at " + addresses.get("embedded.mail.url"));
    }

    private String seconds() {
        return String.valueOf(Math.round((System.nanoTime() - begin) / 1e8) / 10.0);
    }
}
