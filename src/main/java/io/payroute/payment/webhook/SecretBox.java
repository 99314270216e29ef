package io.payroute.payment.webhook;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import io.payroute.platform.Refusal;

/**
 * Seals the endpoints' secrets before they are stored (AES-256-GCM, bound to their endpoint), because they must be read again to
 * sign and a dump of the database must not give them away. The first key of {@code webhook.secrets-key} seals, all of them open,
 * so a key can be replaced. Without a key nothing is sealed in embedded mode, and no endpoint is taken in external mode.
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
    private final boolean plainAllowed;

    /**
     * @param configured keys of 32 bytes as base64, comma separated; blank for none
     * @param plainAllowed whether secrets are stored as they are while there is no key
     * @throws IllegalStateException naming the property and the remedy, never a key
     */
    public SecretBox(String configured, boolean plainAllowed) {
        this.plainAllowed = plainAllowed;
        for (String text : configured.isBlank() ? new String[0] : configured.split(",")) {
            keys.add(key(text.trim()));
        }
    }

    private static Key key(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalStateException(
                    "webhook.secrets-key must be " + KEY_BYTES + " random bytes as base64, or several such "
                            + "keys, comma separated, for example WEBHOOK_SECRETS_KEY=$(openssl rand -base64 32)");
        }
        return new Key(Arrays.copyOf(sha256(bytes), ID_BYTES), new SecretKeySpec(bytes, "AES"));
    }

    /** @throws Refusal 503 when secrets must be sealed and there is no key */
    void requireKey() {
        if (keys.isEmpty() && !plainAllowed) {
            throw Refusal.of(Refusal.Kind.UNAVAILABLE, "webhooks-not-configured", "Webhooks are not configured",
                    "The operator must set webhook.secrets-key before endpoints can be made.");
        }
    }

    public byte[] seal(UUID endpoint, WebhookSecret secret) {
        requireKey();
        if (keys.isEmpty()) {
            return ByteBuffer.allocate(1 + secret.key().length).put(PLAIN).put(secret.key()).array();
        }
        byte[] iv = new byte[IV_BYTES];
        RANDOM.nextBytes(iv);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.get(0), iv, endpoint, secret.key());
        return ByteBuffer.allocate(1 + ID_BYTES + IV_BYTES + sealed.length).put(AES_GCM).put(keys.get(0).id()).put(iv)
                .put(sealed).array();
    }

    /** @throws UnreadableSecretException when its key is not configured, or it was changed */
    public WebhookSecret open(UUID endpoint, byte[] stored) {
        ByteBuffer buffer = ByteBuffer.wrap(stored);
        if (buffer.get() == PLAIN) {
            return new WebhookSecret(rest(buffer, buffer.remaining()));
        }
        byte[] id = rest(buffer, ID_BYTES);
        byte[] iv = rest(buffer, IV_BYTES);
        Key key = keys.stream().filter(one -> Arrays.equals(one.id(), id)).findFirst()
                .orElseThrow(() -> new UnreadableSecretException(null));
        return new WebhookSecret(cipher(Cipher.DECRYPT_MODE, key, iv, endpoint, rest(buffer, buffer.remaining())));
    }

    private static byte[] cipher(int mode, Key key, byte[] iv, UUID endpoint, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key.spec(), new GCMParameterSpec(TAG_BITS, iv));
            cipher.updateAAD(endpoint.toString().getBytes(StandardCharsets.US_ASCII));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new UnreadableSecretException(e);
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

        UnreadableSecretException(Throwable cause) {
            super("The secret of a webhook endpoint cannot be read: webhook.secrets-key lacks the one it was sealed with",
                    cause);
        }
    }
}
