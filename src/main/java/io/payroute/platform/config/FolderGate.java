package io.payroute.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.route.check.Finding;
import io.payroute.platform.route.check.RouteCheck;

/**
 * Stops a start whose folder is wrong, before any server and any consumer. A folder that was right is known by its hash at the next
 * start, so that the check is made once for each change. Without a folder there is nothing to check: the build
 * has checked what is packaged.
 */
final class FolderGate {

    /** One for each Java process, however many configurations it makes. */
    static final String PASSED = "io.payroute.config-folder.passed";

    private FolderGate() {
    }

    /**
     * @param memory a file for the hash; it may not be writable
     * @return a line for each thing that is wrong
     */
    static List<String> findings(ConfigFolder folder, Path memory) {
        synchronized (PASSED.intern()) {
            if (!folder.exists() || System.getProperty(PASSED) != null) {
                return List.of();
            }
            String hash = FolderHash.of(folder);
            if (!hash.equals(remembered(memory))) {
                List<Finding> findings = RouteCheck.checkAtStart(folder);
                if (!findings.isEmpty()) {
                    return findings.stream().map(Finding::toString).toList();
                }
                remember(memory, hash);
            }
            System.setProperty(PASSED, hash);
            return List.of();
        }
    }

    private static String remembered(Path memory) {
        try {
            return Files.readString(memory);
        } catch (IOException e) {
            return null;
        }
    }

    private static void remember(Path memory, String hash) {
        try {
            Files.createDirectories(memory.getParent());
            Files.writeString(memory, hash);
        } catch (IOException e) {
            // The next start checks once more.
        }
    }
}
