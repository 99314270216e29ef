package io.payroute.platform.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets before they are stored (AES-256-GCM, bound to what they belong to), because they must be read again to be used
 * and a dump of the database must not give them away. The first key seals, all of them open, so a key can be replaced. Without a
 * key nothing is sealed where that is allowed, and elsewhere no secret is taken.
 */
public final class SecretBox {

    private static final byte PLAIN = 0;
    private static final byte AES_GCM = 1;
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 4;
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Key(byte[] id, SecretKeySpec spec) {
    }

    private final List<Key> keys = new ArrayList<>();
    private final String property;
    private final boolean plainAllowed;

    /**
     * @param property that has the keys, named to whoever must set it
     * @param configured keys of 32 bytes as base64, comma separated; blank for none
     * @param plainAllowed whether secrets are stored as they are while there is no key
     * @throws IllegalStateException naming the property and the remedy, never a key
     */
    public SecretBox(String property, String configured, boolean plainAllowed) {
        this.property = property;
        this.plainAllowed = plainAllowed;
        for (String text : configured.isBlank() ? new String[0] : configured.split(",")) {
            keys.add(key(text.trim()));
        }
    }

    private Key key(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalStateException(
                    property + " must be " + KEY_BYTES + " random bytes as base64, or several such keys, comma separated, for "
                            + "example " + property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")
                            + "=$(openssl rand -base64 32)");
        }
        return new Key(Arrays.copyOf(sha256(bytes), ID_BYTES), new SecretKeySpec(bytes, "AES"));
    }

    /** Whether a secret may be taken: there is a key, or none is needed. */
    public boolean isReady() {
        return plainAllowed || !keys.isEmpty();
    }

    /** @throws IllegalStateException when it is not ready */
    public byte[] seal(UUID owner, byte[] secret) {
        if (!isReady()) {
            throw new IllegalStateException(property + " is missing");
        }
        if (keys.isEmpty()) {
            return ByteBuffer.allocate(1 + secret.length).put(PLAIN).put(secret).array();
        }
        byte[] iv = new byte[IV_BYTES];
        RANDOM.nextBytes(iv);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.get(0), iv, owner, secret);
        return ByteBuffer.allocate(1 + ID_BYTES + IV_BYTES + sealed.length).put(AES_GCM).put(keys.get(0).id()).put(iv)
                .put(sealed).array();
    }

    /** @throws UnreadableSecretException when its key is not configured, or it was changed */
    public byte[] open(UUID owner, byte[] stored) {
        ByteBuffer buffer = ByteBuffer.wrap(stored);
        if (buffer.get() == PLAIN) {
            return rest(buffer, buffer.remaining());
        }
        byte[] id = rest(buffer, ID_BYTES);
        byte[] iv = rest(buffer, IV_BYTES);
        Key key = keys.stream().filter(one -> Arrays.equals(one.id(), id)).findFirst()
                .orElseThrow(() -> new UnreadableSecretException(property, null));
        return cipher(Cipher.DECRYPT_MODE, key, iv, owner, rest(buffer, buffer.remaining()));
    }

    private byte[] cipher(int mode, Key key, byte[] iv, UUID owner, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key.spec(), new GCMParameterSpec(TAG_BITS, iv));
            cipher.updateAAD(owner.toString().getBytes(StandardCharsets.US_ASCII));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new UnreadableSecretException(property, e);
        }
    }

    private static byte[] rest(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The operator must bring back the key. */
    public static final class UnreadableSecretException extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        UnreadableSecretException(String property, Throwable cause) {
            super("A stored secret cannot be read: " + property + " lacks the key that it was sealed with", cause);
        }
    }
}
