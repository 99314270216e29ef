package io.payroute.provider;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

import io.payroute.platform.Ids;

/**
 * A signed event, to be stored.
 *
 * @param eventId what repetitions share, unique for its provider
 * @param type the provider's word, null when it cannot be read
 * @param payment the provider's id of the payment, or else ours, or null
 * @param payload the provider's own event, byte by byte where it came alone
 * @param problem why it cannot be read, null when it can
 */
public record ReceivedEvent(UUID id, String provider, String eventId, String type, String payment, byte[] payload,
        String problem) {

    /** One whose id cannot be found is known by its bytes. */
    static ReceivedEvent unreadable(String provider, byte[] payload, String problem) {
        try {
            String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
            return new ReceivedEvent(Ids.next(), provider, "sha256:" + digest, null, null, payload, problem);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What keeps the events of a payment in order on their topic. */
    public String key() {
        return payment == null ? eventId : payment;
    }
}
