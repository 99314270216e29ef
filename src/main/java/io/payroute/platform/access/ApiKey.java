package io.payroute.platform.access;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A merchant's key as it is stored: {@code pr_<id>_<secret>} is known to the merchant alone, of it only the id and the digest of
 * the whole are kept. The id finds the key, so that no search reveals anything of the secret.
 *
 * @param hash SHA-256 of the whole key
 * @param name of the caller; two keys of one name are one caller, so that a key can be replaced without a gap
 * @param expiresAt null for never
 */
public record ApiKey(UUID id, byte[] hash, String name, Set<Scope> scopes, Instant expiresAt) {

    /** How a key begins, for people and for programs that look for leaked secrets. */
    static final String PREFIX = "pr_";
    private static final int SECRET_BYTES = 32;
    private static final int ID_END = PREFIX.length() + 32;
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{32}_[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new key's text, to be shown once. */
    public static String newText(UUID id) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return PREFIX + id.toString().replace("-", "") + '_' + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** @return null when the text has not the form of a key */
    static UUID idOf(String text) {
        if (!FORM.matcher(text).matches()) {
            return null;
        }
        String id = text.substring(PREFIX.length(), ID_END);
        return new UUID(Long.parseUnsignedLong(id, 0, 16, 16), Long.parseUnsignedLong(id, 16, 32, 16));
    }

    boolean isText(String text, Instant now) {
        boolean same = MessageDigest.isEqual(hash, Digests.sha256(text));
        return same && (expiresAt == null || now.isBefore(expiresAt));
    }
}
