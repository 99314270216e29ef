package io.payroute.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens of the callers and the question whose a token is. Only digests are kept, and every one is compared in constant
 * time, so neither a dump of memory nor the time of an answer gives a token away.
 */
final class AccessTokens {

    /** Fewest characters of a token. */
    static final int MIN_LENGTH = 32;

    private final List<Entry> entries;

    private AccessTokens(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * @param configured {@code name:token}, comma separated; blank gives no entry
     * @throws IllegalStateException naming the property and the remedy, never a token
     */
    static AccessTokens parse(String configured) {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String item : configured.split(",")) {
            if (item.isBlank()) {
                continue;
            }
            String[] pair = item.trim().split(":", 2);
            if (pair.length != 2 || !pair[0].matches("[A-Za-z0-9._-]{1,64}") || pair[1].length() < MIN_LENGTH) {
                throw new IllegalStateException(
                        "PAYROUTE_HTTP_TOKENS: entry " + (entries.size() + 1) + " must be name:token with "
                                + "a token of at least " + MIN_LENGTH + " characters, for example from: openssl rand -hex 32");
            }
            if (!names.add(pair[0])) {
                throw new IllegalStateException("PAYROUTE_HTTP_TOKENS: the name " + pair[0] + " is given twice");
            }
            entries.add(new Entry(pair[0], digest(pair[1])));
        }
        return new AccessTokens(List.copyOf(entries));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The name of the token's caller; null when nobody has it. */
    String callerOf(String token) {
        byte[] digest = digest(token);
        String caller = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest)) {
                caller = entry.name;
            }
        }
        return caller;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Entry(String name, byte[] digest) {
    }
}
