package io.payroute.platform.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.route.check.Finding;
import io.payroute.platform.route.check.RouteCheck;
import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Stops a start whose folder is wrong, before any server and any consumer. A folder that was right is known by its hash at the next
 * start, so that the check, which takes a second, is made once for each change. Without a folder there is nothing to check: the build
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
            String hash = hash(folder);
            if (!hash.equals(remembered(memory))) {
                List<Finding> findings = RouteCheck.check(folder, List.of());
                if (!findings.isEmpty()) {
                    return findings.stream().map(Finding::toString).toList();
                }
                remember(memory, hash);
            }
            System.setProperty(PASSED, hash);
            return List.of();
        }
    }

    /** Of the package and of all files of the folder. */
    static String hash(ConfigFolder folder) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(PackagedFiles.version().getBytes(StandardCharsets.UTF_8));
            for (Path file : folder.files()) {
                digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | IllegalStateException e) {
            throw new ConfigurationException("The folder " + folder.path() + " cannot be read: " + e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
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
