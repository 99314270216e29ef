package io.payroute.platform.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.quarkus.runtime.configuration.ConfigurationException;

/** Tells whether a folder is the one that was looked at before. */
public final class FolderHash {

    private FolderHash() {
    }

    /** Of the package and of all files of the folder. */
    public static String of(ConfigFolder folder) {
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
}
