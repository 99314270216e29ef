package io.payroute.provider.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The header is {@code t=<seconds>,v1=<hex>[,v1=<hex>…]}; each {@code v1} is the hex HMAC-SHA256 of {@code <seconds>.<body>}. The
 * time bounds how long a recorded request can be sent again. Other elements, such as {@code v0}, prove nothing and are skipped.
 * <p>
 * Source: Stripe, "Verify webhook signatures manually", https://docs.stripe.com/webhooks#verify-manually; five minutes are the
 * tolerance of Stripe's own libraries. The sandbox signs in the same way.
 */
final class TimestampedHmac implements SignatureScheme {

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private final String header;
    private final Duration tolerance;

    TimestampedHmac(String header, Duration tolerance) {
        this.header = header;
        this.tolerance = tolerance;
    }

    @Override
    public void check(SignedRequest request, List<String> secrets) throws BadSignature {
        String seconds = null;
        List<byte[]> signatures = new ArrayList<>();
        for (String element : request.header(header).split(",")) {
            String[] pair = element.trim().split("=", 2);
            if (pair[0].equals("t") && pair.length == 2 && seconds == null) {
                seconds = pair[1];
            } else if (pair[0].equals("t")) {
                throw BadSignature.malformed("The header " + header + " has more than one time.");
            } else if (pair[0].equals("v1") && pair.length == 2) {
                signatures.add(Hmac.ofHex(pair[1]));
            }
        }
        if (seconds == null || !SECONDS.matcher(seconds).matches() || signatures.isEmpty()) {
            throw BadSignature.malformed("The header " + header + " must be t=<seconds>,v1=<hex>.");
        }
        if (!matches(request.body(), seconds, signatures, secrets)) {
            throw BadSignature.mismatch();
        }
        Instant signedAt = Instant.ofEpochSecond(Long.parseLong(seconds));
        if (Duration.between(signedAt, request.receivedAt()).abs().compareTo(tolerance) > 0) {
            throw BadSignature.stale();
        }
    }

    private static boolean matches(byte[] body, String seconds, List<byte[]> signatures, List<String> secrets) {
        byte[] prefix = (seconds + '.').getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (String secret : secrets) {
            byte[] expected = Hmac.sha256(secret.getBytes(StandardCharsets.UTF_8), prefix, body);
            for (byte[] signature : signatures) {
                found |= MessageDigest.isEqual(expected, signature);
            }
        }
        return found;
    }
}
