package io.payroute.platform.config;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.payroute.platform.CrashPoint;
import io.payroute.platform.Roles;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;

/**
 * Starts the embedded servers as one child process, once per Java process whatever number of class loaders and configurations
 * it holds. The child ends with this process, however it ends: its standard input is a pipe whose other end lives here. A child
 * that ends on its own is started again at the same addresses, and if that does not help, this process stops.
 */
public final class EmbeddedServersProcess {

    private static final String MAIN_CLASS = "io.payroute.embedded.EmbeddedServers";
    /** Strings of this kind exist once per Java process, so all class loaders wait for the same start. */
    private static final Object JVM_WIDE_LOCK = "io.payroute.embedded.start".intern();
    /** Not the one above: a server may be ready before all addresses are known, which is waited for under that one. */
    private static final Object JVM_WIDE_STATE = "io.payroute.embedded.state".intern();
    /** What is known of the one start, kept as system properties because all class loaders see them. */
    private static final String ADDRESSES = "io.payroute.embedded.addresses";
    private static final String STARTED = "io.payroute.embedded.started";
    private static final String FAILURE = "io.payroute.embedded.failure";

    /** Their names: what the child says when one of them is ready. */
    static final String[] SERVERS = {"postgres", "kafka", "smtp"};

    private static final int RESTARTS = 3;
    private static final Duration RESTARTS_WITHIN = Duration.ofMinutes(10);

    private final UnaryOperator<String> config;
    private final Runnable exit;
    private final Deque<Long> restarts = new ArrayDeque<>();
    private volatile boolean stopping;

    EmbeddedServersProcess(UnaryOperator<String> config) {
        this(config, () -> Quarkus.asyncExit(1));
    }

    /** @param exit has this process stop, and returns at once */
    EmbeddedServersProcess(UnaryOperator<String> config, Runnable exit) {
        this.config = config;
        this.exit = exit;
    }

    /**
     * The addresses the child reported, starting it if need be. Its servers may not be ready: see {@link #await}.
     *
     * @throws ConfigurationException with the child's own message if it does not start; later calls repeat it
     */
    Map<String, String> addresses() {
        synchronized (JVM_WIDE_LOCK) {
            throwFailure();
            if (System.getProperty(ADDRESSES) == null) {
                System.setProperty(ADDRESSES, startOrRememberFailure());
            }
            return System.getProperty(ADDRESSES).lines().map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        }
    }

    /**
     * Returns once the servers of these names are ready; at once where none are started. So they start beside the application,
     * which waits where it needs them.
     *
     * @throws ConfigurationException with the child's own message if they do not start
     */
    public static void await(String... servers) {
        synchronized (JVM_WIDE_STATE) {
            while (System.getProperty(ADDRESSES) != null
                    && !List.of(System.getProperty(STARTED, "").split(" ")).containsAll(List.of(servers))) {
                throwFailure();
                try {
                    JVM_WIDE_STATE.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Interrupted while the embedded servers were starting", e);
                }
            }
        }
    }

    private static void throwFailure() {
        if (System.getProperty(FAILURE) != null) {
            throw failure();
        }
    }

    /** Of this kind, and without a cause, it is printed without a trace. */
    private static ConfigurationException failure() {
        return new ConfigurationException(System.getProperty(FAILURE));
    }

    private static void tell(String property, String value) {
        synchronized (JVM_WIDE_STATE) {
            System.setProperty(property, value);
            JVM_WIDE_STATE.notifyAll();
        }
    }

    private static void tellStarted(String server) {
        CrashPoint.reached("embedded-server-started");
        synchronized (JVM_WIDE_STATE) {
            tell(STARTED, System.getProperty(STARTED, "") + ' ' + server);
        }
    }

    private String startOrRememberFailure() {
        try {
            return start().entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
        } catch (IllegalStateException e) {
            tell(FAILURE, e.getMessage());
            throw failure();
        }
    }

    private Map<String, String> start() {
        String classPath = EmbeddedServersHome.requireClassPath(config.apply("payroute.embedded.home"));
        Path data = Path.of(setting("data-dir", "data")).toAbsolutePath().normalize();
        Path log = data.resolve("embedded.log");
        Duration limit = DurationConverter.parseDuration(setting("start-timeout", "60s"));
        say("Starting embedded PostgreSQL, Kafka and SMTP in " + data + " ...");
        // A signal may have been meant for the child, too: then it has ended because we shall.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopping = true, "embedded-servers-stop"));
        EmbeddedServersStart start = start(classPath, data, log, limit, Map.of());
        CrashPoint.reached("embedded-servers-launched");
        Map<String, String> addresses = start.awaitAddresses();
        CrashPoint.reached("embedded-servers-known");
        EmbeddedServersStart.run("embedded-servers-start", () -> {
            try {
                start.awaitReady();
            } catch (RuntimeException | Error e) {
                tell(FAILURE, String.valueOf(e.getMessage()));
            }
        });
        return addresses;
    }

    private EmbeddedServersStart start(String classPath, Path data, Path log, Duration limit, Map<String, String> earlier) {
        try {
            Files.createDirectories(data);
            return EmbeddedServersStart.follow(launch(classPath, data, log, earlier), limit, log,
                    EmbeddedServersProcess::tellStarted, addresses -> startAgain(classPath, data, log, limit, addresses));
        } catch (IOException e) {
            throw new IllegalStateException("The embedded servers cannot be started in " + data + ": " + e, e);
        }
    }

    /** The application waits for its servers as it waits for any that is unavailable. */
    private void startAgain(String classPath, Path data, Path log, Duration limit, Map<String, String> earlier) {
        if (stopping) {
            return;
        }
        long now = System.nanoTime();
        restarts.removeIf(at -> now - at > RESTARTS_WITHIN.toNanos());
        restarts.add(now);
        if (restarts.size() > RESTARTS) {
            giveUp("The embedded servers have ended once more, after " + RESTARTS + " restarts within "
                    + RESTARTS_WITHIN.toMinutes() + " minutes.", log);
            return;
        }
        say("The embedded servers have ended; they are started again. Their log: " + log);
        try {
            start(classPath, data, log, limit, earlier).awaitReady();
        } catch (IllegalStateException e) {
            giveUp("The embedded servers have ended and do not start again: " + e.getMessage(), log);
        }
    }

    private void giveUp(String why, Path log) {
        say(why + " The application stops. Their log: " + log);
        exit.run();
    }

    private Process launch(String classPath, Path data, Path log, Map<String, String> earlier) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        // The archive stays where it was made for: quicker, and these servers are for trying out, on loopback alone.
        EmbeddedServersHome.archive(classPath).ifPresent(archive -> command.addAll(List.of("-XX:SharedArchiveFile=" + archive,
                "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0")));
        command.addAll(List.of(MAIN_CLASS, "--ignore-interrupt", "--data", data.toString(), "--postgres-port",
                port(earlier, "embedded.postgres." + Roles.ALL.get(0) + ".jdbc-url", "postgres-port", "5433"), "--kafka-port",
                port(earlier, "embedded.kafka.bootstrap-servers", "kafka-port", "9092"), "--smtp-port",
                port(earlier, "embedded.smtp.port", "smtp-port", "1025"), "--mail-port",
                port(earlier, "embedded.mail.url", "mail-port", "8025")));
        for (String role : Roles.WITH_DATABASE) {
            command.addAll(List.of("--database", role));
        }
        EmbeddedServersHome.programs(classPath)
                .ifPresent(programs -> command.addAll(List.of("--programs", programs.toString())));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile()));
        builder.environment().put("CLASSPATH", classPath);
        // Agents and ports meant for the application must not be taken over by the child.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder.start();
    }

    /** Again the port of an address that is in use, also where any free one was wanted. */
    private String port(Map<String, String> earlier, String address, String name, String standard) {
        return earlier.containsKey(address)
                ? earlier.get(address).replaceFirst(".*:(\\d+).*", "$1")
                : setting(name, standard);
    }

    private String setting(String name, String standard) {
        String value = config.apply("payroute.embedded." + name);
        return value == null || value.isBlank() ? standard : value.strip();
    }

    static void say(String message) {
        System.err.println(message);
    }
}
