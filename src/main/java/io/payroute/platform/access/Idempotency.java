package io.payroute.platform.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.platform.sql.Sql;

/**
 * Makes a POST repeatable: the key is stored in the transaction of the effect, together with the id of what the request made. A
 * repetition finds that id and has no effect. Keys are kept in table {@code idempotency_key} of the role that takes the request.
 */
public final class Idempotency {

    /** The caller, as the edge found out; keys belong to callers. */
    public static final String CALLER = AccessGuard.CALLER_HEADER;
    public static final String HEADER = "Idempotency-Key";
    /** Of the answer to a repetition. */
    public static final String REPLAYED = "Idempotent-Replayed";
    /** The draft of the header field requires printable characters; 255 of them are plenty. */
    private static final Pattern VALID = Pattern.compile("[\\x21-\\x7E]{1,255}");
    private static final String CLAIM = """
            INSERT INTO idempotency_key (caller, idempotency_key, request_hash, resource_id) VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING""";
    private static final String FIND = """
            SELECT request_hash, resource_id FROM idempotency_key WHERE caller = ? AND idempotency_key = ?""";

    /**
     * @param key null when the client sent none; then nothing is remembered
     * @param hash of path and body
     */
    public record Key(String caller, String key, byte[] hash) {
    }

    private record Stored(byte[] hash, UUID resource) {
    }

    private Idempotency() {
    }

    /** @throws Refusal 422 when the header breaks its rule */
    public static Key of(Exchange exchange, byte[] body) {
        Message message = exchange.getMessage();
        String key = message.getHeader(HEADER, String.class);
        check(key);
        String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        return new Key(message.getHeader(CALLER, "anonymous", String.class), key,
                key == null ? null : sha256((path + '\n').getBytes(StandardCharsets.UTF_8), body == null ? new byte[0] : body));
    }

    /** @throws Refusal 422 when it is not null and breaks the rule */
    public static void check(String key) {
        if (key != null && !VALID.matcher(key).matches()) {
            throw Refusal.invalid(HEADER, "idempotency_key",
                    "Idempotency-Key must be 1 to 255 visible ASCII characters.");
        }
    }

    /**
     * Remembers the key in the caller's transaction; waits for a concurrent request with the same key.
     *
     * @param resource what this request is about to make
     * @return what an earlier request with this key made; empty when this is the first
     * @throws Refusal 422 when the key was used with another request
     */
    public static Optional<UUID> claim(Connection connection, Key key, UUID resource) throws SQLException {
        if (key.key() == null
                || Sql.update(connection, CLAIM, key.caller(), key.key(), key.hash(), resource) == 1) {
            return Optional.empty();
        }
        return Optional.of(find(connection, key).orElseThrow());
    }

    /**
     * Spares a repetition what is asked of others before the claim.
     *
     * @return what an earlier request with this key made
     * @throws Refusal 422 when the key was used with another request
     */
    public static Optional<UUID> find(Connection connection, Key key) throws SQLException {
        Optional<Stored> stored = Sql.query(connection, FIND,
                row -> new Stored(row.getBytes(1), row.getObject(2, UUID.class)), key.caller(), key.key()).stream().findFirst();
        if (stored.isPresent() && !Arrays.equals(stored.get().hash(), key.hash())) {
            throw reused();
        }
        return stored.map(Stored::resource);
    }

    public static Refusal reused() {
        return Refusal.of(Refusal.Kind.INVALID, "idempotency-key-reused", "The idempotency key was used before",
                "This Idempotency-Key was used with another request. Use a new key for a new request.");
    }

    public static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
