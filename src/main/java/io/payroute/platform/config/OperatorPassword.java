package io.payroute.platform.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

import io.payroute.platform.OwnersFile;

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
        try {
            return NAME + ":" + OwnersFile.kept(folder.resolve(FILE), OperatorPassword::random);
        } catch (IOException e) {
            throw new UncheckedIOException("The operator's password cannot be kept in " + folder, e);
        }
    }

    private static String random() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random) + "\n";
    }
}
