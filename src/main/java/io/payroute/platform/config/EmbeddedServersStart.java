package io.payroute.platform.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.payroute.platform.Roles;

/**
 * Follows one child from launch to READY, and then for as long as both processes live: its thread holds the child's pipes
 * open, and tells when the child ends on its own.
 */
final class EmbeddedServersStart implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process child;
    private final Path log;
    private final Consumer<Map<String, String>> ended;
    private final Map<String, String> addresses = new TreeMap<>();
    private final CompletableFuture<Map<String, String>> ready = new CompletableFuture<>();

    private EmbeddedServersStart(Process child, Path log, Consumer<Map<String, String>> ended) {
        this.child = child;
        this.log = log;
        this.ended = ended;
    }

    /** @param ended told once, with its addresses, when a child that was ready has ended */
    static Map<String, String> await(Process child, Duration limit, Path log, Consumer<Map<String, String>> ended) {
        EmbeddedServersStart start = new EmbeddedServersStart(child, log, ended);
        Thread thread = new Thread(start, "embedded-servers");
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.start();
        return start.await(limit);
    }

    private Map<String, String> await(Duration limit) {
        long begin = System.nanoTime();
        long end = begin + limit.toNanos();
        try {
            while (true) {
                try {
                    long wait = Math.min(end - System.nanoTime(), PATIENCE.toNanos());
                    Map<String, String> result = ready.get(wait, TimeUnit.NANOSECONDS);
                    announce(result, begin);
                    return result;
                } catch (TimeoutException e) {
                    if (System.nanoTime() >= end) {
                        throw new IllegalStateException("The embedded servers were not ready after " + limit.toSeconds()
                                + " s (payroute.embedded.start-timeout-seconds). Their log: " + log, e);
                    }
                    EmbeddedServersProcess.say("Still starting the embedded servers after " + secondsSince(begin)
                            + " s, slower than usual; their log: " + log);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the embedded servers were starting", e);
        } finally {
            if (!ready.isDone() || ready.isCompletedExceptionally()) {
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
            ready.completeExceptionally(e);
        }
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
            case "READY" -> ready.complete(Map.copyOf(addresses));
            case "ERROR" -> ready.completeExceptionally(
                    new IllegalStateException("The embedded servers did not start. " + value + " Their log: " + log));
            case "progress" -> EmbeddedServersProcess.say(value);
            default -> addresses.put(key, value);
        }
    }

    private static void announce(Map<String, String> addresses, long begin) {
        EmbeddedServersProcess.say("Embedded servers are ready after " + secondsSince(begin) + " s: PostgreSQL "
                + addresses.get("embedded.postgres." + Roles.ALL.get(0) + ".jdbc-url") + ", Kafka "
                + addresses.get("embedded.kafka.bootstrap-servers") + ", SMTP port " + addresses.get("embedded.smtp.port")
                + ", mails at " + addresses.get("embedded.mail.url"));
    }

    private static String secondsSince(long begin) {
        return String.valueOf(Math.round((System.nanoTime() - begin) / 1e8) / 10.0);
    }
}
