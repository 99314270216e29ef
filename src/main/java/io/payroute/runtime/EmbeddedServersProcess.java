package io.payroute.runtime;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Starts the embedded servers as one child process, once per Java process whatever number of class loaders and configurations
 * it holds. The child ends with this process, however it ends: its standard input is a pipe whose other end lives here.
 */
final class EmbeddedServersProcess {

    private static final String MAIN_CLASS = "io.payroute.embedded.EmbeddedServers";
    /** Strings of this kind exist once per Java process, so all class loaders wait for the same start. */
    private static final Object JVM_WIDE_LOCK = "io.payroute.embedded.start".intern();
    /** Outcome of the one start, kept as system properties because all class loaders see them. */
    private static final String ADDRESSES = "io.payroute.embedded.addresses";
    private static final String FAILURE = "io.payroute.embedded.failure";

    private final UnaryOperator<String> config;

    EmbeddedServersProcess(UnaryOperator<String> config) {
        this.config = config;
    }

    /**
     * The addresses the child reported, starting it if need be.
     *
     * @throws IllegalStateException with the child's own message if it does not start; later calls repeat it
     */
    Map<String, String> addresses() {
        synchronized (JVM_WIDE_LOCK) {
            if (System.getProperty(FAILURE) != null) {
                throw new IllegalStateException(System.getProperty(FAILURE));
            }
            if (System.getProperty(ADDRESSES) == null) {
                System.setProperty(ADDRESSES, startOrRememberFailure());
            }
            return System.getProperty(ADDRESSES).lines().map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        }
    }

    private String startOrRememberFailure() {
        try {
            return start().entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
        } catch (IllegalStateException e) {
            System.setProperty(FAILURE, e.getMessage());
            throw e;
        }
    }

    private Map<String, String> start() {
        String classPath = EmbeddedServersHome.requireClassPath(config.apply("payroute.embedded.home"));
        Path data = Path.of(setting("data-dir", "data")).toAbsolutePath().normalize();
        Path log = data.resolve("embedded.log");
        Duration limit = Duration.ofSeconds(Long.parseLong(setting("start-timeout-seconds", "60")));
        say("Starting embedded PostgreSQL, Kafka and SMTP in " + data + " ...");
        try {
            Files.createDirectories(data);
            return EmbeddedServersStart.await(launch(classPath, data, log), limit, log);
        } catch (IOException e) {
            throw new IllegalStateException("The embedded servers cannot be started in " + data + ": " + e, e);
        }
    }

    private Process launch(String classPath, Path data, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m", "-XX:+UseSerialGC", MAIN_CLASS, "--ignore-interrupt", "--data", data.toString(), "--postgres-port",
                setting("postgres-port", "5433"), "--kafka-port", setting("kafka-port", "9092"), "--smtp-port",
                setting("smtp-port", "1025"), "--mail-port", setting("mail-port", "8025")));
        for (String role : ExternalAddresses.ROLES_WITH_DATABASE) {
            command.addAll(List.of("--database", role));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile()));
        builder.environment().put("CLASSPATH", classPath);
        // Agents and ports meant for the application must not be taken over by the child.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder.start();
    }

    private String setting(String name, String standard) {
        String value = config.apply("payroute.embedded." + name);
        return value == null || value.isBlank() ? standard : value.strip();
    }

    static void say(String message) {
        System.err.println(message);
    }
}
