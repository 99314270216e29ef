package io.payroute.user;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106) in the form in which others store it, too: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. What is stored says
 * how it was made, so that the parameters can be raised.
 *
 * @param memory in KiB
 */
record Argon2id(int memory, int passes) {

    private static final int SALT = 16;
    private static final int HASH = 32;
    private static final Pattern STORED = Pattern
            .compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=1\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    private static final SecureRandom RANDOM = new SecureRandom();

    String hash(String password) {
        byte[] salt = new byte[SALT];
        RANDOM.nextBytes(salt);
        Base64.Encoder text = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memory + ",t=" + passes + ",p=1$" + text.encodeToString(salt) + '$'
                + text.encodeToString(compute(password, salt));
    }

    static boolean matches(String password, String stored) {
        Matcher parts = STORED.matcher(stored);
        if (!parts.matches()) {
            throw new IllegalStateException("A stored password is no hash of Argon2id");
        }
        byte[] salt = Base64.getDecoder().decode(parts.group(3));
        byte[] hash = new Argon2id(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))).compute(password, salt);
        return MessageDigest.isEqual(hash, Base64.getDecoder().decode(parts.group(4)));
    }

    private byte[] compute(String password, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory).withIterations(passes).withParallelism(1).withSalt(salt).build());
        byte[] hash = new byte[HASH];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
