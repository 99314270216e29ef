package io.payroute.embedded;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

/**
 * Sends everything the servers say to one file in the data folder and keeps standard output for the protocol. A file above
 * 10 MB is set aside at the next start, replacing the one before.
 */
final class EmbeddedLog {

    static final String FILE = "embedded.log";

    private static final long SET_ASIDE_BYTES = 10_000_000;
    private static final List<String> WARNINGS_ONLY = List.of("org.apache.kafka", "kafka", "state.change.logger",
            "org.subethamail");

    /** The logging framework forgets the level of a logger nobody refers to. */
    private static final List<Logger> HELD = new ArrayList<>();

    private EmbeddedLog() {
    }

    static void open(Path data) throws IOException {
        Files.createDirectories(data);
        Path file = data.resolve(FILE);
        if (Files.exists(file) && Files.size(file) > SET_ASIDE_BYTES) {
            Files.move(file, data.resolve(FILE + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        PrintStream log = new PrintStream(new FileOutputStream(file.toFile(), true), true, StandardCharsets.UTF_8);
        System.setOut(log);
        System.setErr(log);
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new FlushingHandler(log));
        for (String name : WARNINGS_ONLY) {
            Logger logger = Logger.getLogger(name);
            logger.setLevel(Level.WARNING);
            HELD.add(logger);
        }
    }

    private static final class FlushingHandler extends StreamHandler {

        FlushingHandler(PrintStream log) {
            super(log, new SimpleFormatter());
        }

        @Override
        public synchronized void publish(LogRecord logRecord) {
            super.publish(logRecord);
            flush();
        }
    }
}
