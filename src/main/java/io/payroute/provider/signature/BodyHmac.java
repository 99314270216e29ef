package io.payroute.provider.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;

/**
 * The header is the hex HMAC-SHA256 of the body.
 * <p>
 * Source: Razorpay, "Validate and test webhooks", https://razorpay.com/docs/webhooks/validate-test/; header
 * {@code X-Razorpay-Signature}. There is no time in it: what is sent again is known by its event id.
 */
final class BodyHmac implements SignatureScheme {

    private final String header;

    BodyHmac(String header) {
        this.header = header;
    }

    @Override
    public void check(SignedRequest request, List<String> secrets) throws BadSignature {
        byte[] signature = Hmac.ofHex(request.header(header).toLowerCase(Locale.ROOT));
        boolean found = false;
        for (String secret : secrets) {
            found |= MessageDigest.isEqual(Hmac.sha256(secret.getBytes(StandardCharsets.UTF_8), request.body()), signature);
        }
        if (!found) {
            throw BadSignature.mismatch();
        }
    }
}
