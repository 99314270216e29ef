package io.payroute.provider.signature;

import java.time.Instant;
import java.util.Map;

/**
 * A request as it came, before anything of it is believed.
 *
 * @param body the raw bytes: a signature over anything else proves nothing
 * @param headers looked up without regard to case
 */
public record SignedRequest(byte[] body, Map<String, Object> headers, Instant receivedAt) {

    /** @throws BadSignature when it is missing, blank or there more than once */
    String header(String name) throws BadSignature {
        if (headers.get(name) instanceof String value && !value.isBlank()) {
            return value.trim();
        }
        throw BadSignature.missing(name);
    }
}
