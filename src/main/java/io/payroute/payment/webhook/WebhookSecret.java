package io.payroute.payment.webhook;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.SecretBox;

/** The secret that an endpoint shares with us, of 32 random bytes. Its text is shown only where it is asked for. */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;

    WebhookSecret(byte[] key) {
        this.key = key.clone();
    }

    public static WebhookSecret next() {
        byte[] key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return new WebhookSecret(key);
    }

    /** @throws UnreadableSecretException when the operator must bring back a key */
    public static WebhookSecret open(SecretBox box, UUID endpoint, byte[] sealed) {
        return new WebhookSecret(box.open(endpoint, sealed));
    }

    /** @throws Refusal 503 when secrets must be sealed and there is no key */
    static void requireKey(SecretBox box) {
        if (!box.isReady()) {
            throw Refusal.of(Refusal.Kind.UNAVAILABLE, "webhooks-not-configured", "Webhooks are not configured",
                    "The operator must set webhook.secrets-key before endpoints can be made.");
        }
    }

    /** @throws Refusal 503 when it cannot be sealed */
    public byte[] seal(SecretBox box, UUID endpoint) {
        requireKey(box);
        return box.seal(endpoint, key);
    }

    /** As its owner gets it: {@code whsec_} and base64. */
    public String text() {
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /** The signature of a message as Standard Webhooks has it: {@code v1,} and base64. */
    public String sign(String id, long timestamp, String payload) {
        try {
            return new Webhook(key).sign(id, timestamp, payload);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException("A webhook could not be signed", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "***";
    }
}
