package io.payroute.platform.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What the operator of the embedded installation logs in with: made once, and kept beside the data, for its owner alone. There is
 * no password that others know.
 */
final class OperatorPassword {

    static final String FILE = "operator-password";
    private static final String NAME = "operator";
    private static final int BYTES = 24;

    private final Path folder;

    /** @param folder of the embedded servers' data */
    OperatorPassword(Path folder) {
        this.folder = folder;
    }

    /** As an entry of {@code payroute.http.tokens}. */
    synchronized String token() {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            return NAME + ":" + Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("The operator's password cannot be kept in " + folder, e);
        }
    }

    private void make(Path file) throws IOException {
        Files.createDirectories(folder);
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        Path part = Files.createTempFile(folder, FILE, ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, HexFormat.of().formatHex(random) + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
