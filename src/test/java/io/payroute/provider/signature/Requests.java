package io.payroute.provider.signature;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Signed requests as tests need them. */
final class Requests {

    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private Requests() {
    }

    static SignedRequest request(String body, Map<String, String> headers) {
        return request(body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static SignedRequest request(byte[] body, Map<String, String> headers) {
        TreeMap<String, Object> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        return new SignedRequest(body, all, NOW);
    }

    /** The word of what is wrong, or "holds". */
    static String verdict(SignatureScheme scheme, SignedRequest request, String... secrets) {
        try {
            scheme.check(request, java.util.List.of(secrets));
            return "holds";
        } catch (BadSignature e) {
            return e.word();
        } catch (java.io.IOException e) {
            return "unavailable";
        }
    }
}
