package io.payroute.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The command line of the embedded servers. A port of 0 means any free port. Without {@code --only} all servers run.
 *
 * @param programs where PostgreSQL's programs are, or are unpacked to; beside the data unless said otherwise
 * @param ignoreInterrupt leave Ctrl-C to the parent, which stops first and then closes our standard input
 */
record EmbeddedOptions(Path data, Path programs, int postgresPort, int kafkaPort, int smtpPort, int mailPort,
        List<String> databases,
        Set<String> servers, boolean ignoreInterrupt) {

    static final List<String> SERVERS = List.of("postgres", "kafka", "smtp");

    static EmbeddedOptions parse(String... arguments) {
        Path data = Path.of("data");
        Path programs = null;
        int postgres = 5433;
        int kafka = 9092;
        int smtp = 1025;
        int mail = 8025;
        boolean ignoreInterrupt = false;
        List<String> databases = new ArrayList<>();
        Set<String> only = new LinkedHashSet<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            if (name.equals("--ignore-interrupt")) {
                ignoreInterrupt = true;
                continue;
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("Option " + name + " is unknown or needs a value");
            }
            String value = arguments[++i];
            switch (name) {
                case "--data" -> data = Path.of(value);
                case "--programs" -> programs = Path.of(value);
                case "--postgres-port" -> postgres = port(name, value);
                case "--kafka-port" -> kafka = port(name, value);
                case "--smtp-port" -> smtp = port(name, value);
                case "--mail-port" -> mail = port(name, value);
                case "--database" -> databases.add(database(value));
                case "--only" -> only.add(server(value));
                default -> throw new IllegalArgumentException("Option " + name + " is unknown");
            }
        }
        Path folder = data.toAbsolutePath().normalize();
        return new EmbeddedOptions(folder, programs == null ? folder.resolve("postgres-programs") : programs, postgres, kafka,
                smtp, mail, List.copyOf(databases),
                only.isEmpty() ? Set.copyOf(SERVERS) : Set.copyOf(only), ignoreInterrupt);
    }

    private static int port(String name, String value) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException("Option " + name + " needs a port from 0 to 65535, not '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    private static String database(String value) {
        if (!value.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException("'" + value + "' is no database name: use a-z, 0-9 and _");
        }
        return value;
    }

    private static String server(String value) {
        if (!SERVERS.contains(value)) {
            throw new IllegalArgumentException("Option --only takes one of " + SERVERS + ", not '" + value + "'");
        }
        return value;
    }
}
