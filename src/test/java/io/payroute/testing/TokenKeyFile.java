package io.payroute.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** Keys of users' tokens, as openssl makes them. */
public final class TokenKeyFile {

    private TokenKeyFile() {
    }

    /** A new key in a file of the folder. */
    public static Path in(Path folder) {
        try {
            Files.createDirectories(folder);
            return Files.writeString(Files.createTempFile(folder, "token-key", ".pem"),
                    pem("PRIVATE KEY", pair("EC", 256).getPrivate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String pem(String kind, Key key) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded()) + "\n-----END "
                + kind
                + "-----\n";
    }

    public static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
