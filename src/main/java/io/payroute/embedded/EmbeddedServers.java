package io.payroute.embedded;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Real PostgreSQL, Kafka and SMTP servers in one process beside the application, so that it runs without anything installed.
 * <p>
 * Prints {@code key=value} lines, {@code known=addresses} once no address will change, {@code ready=} with the name of each server
 * that has started, and then {@code READY}; or {@code ERROR=message} and exits with 1. Ends, servers included,
 * when its standard input reaches its end: nothing stays behind, however the parent ended. Ends as a whole, with 1, when one of
 * the servers has died, so that whoever started it has one thing to look at. Listens on 127.0.0.1 only.
 */
public final class EmbeddedServers {

    private static final long STOP_SECONDS = 15;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int REFUSALS = 3;

    private final EmbeddedOptions options;
    private final PrintStream protocol;
    private final List<EmbeddedServer> running = new CopyOnWriteArrayList<>();

    private EmbeddedServers(EmbeddedOptions options, PrintStream protocol) {
        this.options = options;
        this.protocol = protocol;
    }

    public static void main(String[] arguments) {
        PrintStream protocol = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try {
            EmbeddedServers servers = new EmbeddedServers(EmbeddedOptions.parse(arguments), protocol);
            servers.prepareProcess();
            servers.start();
        } catch (Exception | LinkageError e) {
            fail(protocol, e);
        }
    }

    private void prepareProcess() throws IOException {
        EmbeddedLog.open(options.data());
        if (options.ignoreInterrupt()) {
            Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
            Signal.handle(new Signal("HUP"), SignalHandler.SIG_IGN);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        Thread parent = new Thread(() -> exitAtEnd(System.in), "parent");
        parent.setDaemon(true);
        parent.start();
    }

    private void start() throws InterruptedException {
        AtomicInteger unknown = new AtomicInteger(options.servers().size());
        CompletableFuture<?>[] starts = options.servers().stream()
                .map(name -> inThread("start-" + name, () -> {
                    EmbeddedServer server = prepare(name);
                    report(server);
                    if (unknown.decrementAndGet() == 0) {
                        protocol.println("known=addresses");
                    }
                    server.start();
                    running.add(server);
                    report(server);
                    protocol.println("ready=" + name);
                })).toArray(CompletableFuture[]::new);
        CompletableFuture<Object> anyFailure = new CompletableFuture<>();
        for (CompletableFuture<?> start : starts) {
            start.exceptionally(failure -> {
                anyFailure.completeExceptionally(failure);
                return null;
            });
        }
        CompletableFuture.anyOf(anyFailure, CompletableFuture.allOf(starts)).join();
        protocol.println("READY");
        watch();
    }

    /** Returns when a server has refused connections several times in a row. */
    private void watch() {
        Map<EmbeddedServer, Integer> refusals = new HashMap<>();
        while (true) {
            DataLock.pause(LOOK);
            for (EmbeddedServer server : running) {
                if (refusals.merge(server, 1, (before, one) -> server.isAlive() ? 0 : before + one) >= REFUSALS) {
                    String name = server.getClass().getSimpleName().replace("Embedded", "");
                    System.err.println(name + " has died");
                    progress("The embedded " + name + " has died");
                    System.exit(1);
                }
            }
        }
    }

    private EmbeddedServer prepare(String name) {
        Path data = options.data();
        DataLock.acquire(data, name, this::progress);
        return switch (name) {
            case "postgres" -> new EmbeddedPostgres(data.resolve(name), options.programs(), options.postgresPort(),
                    options.databases());
            case "kafka" -> new EmbeddedKafka(data.resolve(name), options.kafkaPort(), Map.of());
            default -> new EmbeddedSmtp(data.resolve("mails"), options.smtpPort(), options.mailPort());
        };
    }

    private void report(EmbeddedServer server) {
        server.addresses().forEach((key, value) -> protocol.println(key + "=" + value));
    }

    private void progress(String message) {
        protocol.println("progress=" + message);
    }

    private void stop() {
        CompletableFuture<?>[] stops = running.stream().map(server -> inThread("stop", server::stop))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(stops).completeOnTimeout(null, STOP_SECONDS, TimeUnit.SECONDS).exceptionally(e -> null).join();
    }

    private static CompletableFuture<Void> inThread(String name, Runnable work) {
        return CompletableFuture.runAsync(work, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static void exitAtEnd(InputStream input) {
        try {
            while (input.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            System.err.println("Standard input failed: " + e);
        }
        System.exit(0);
    }

    private static void fail(PrintStream protocol, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        cause.printStackTrace();
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        protocol.println("ERROR=" + message.replaceAll("\\s*\\R\\s*", " "));
        System.exit(1);
    }
}
