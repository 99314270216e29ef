package io.payroute.provider.signature;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.payroute.provider.signature.Requests.request;
import static io.payroute.provider.signature.Requests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

/** With the vector of Razorpay's Java library, UtilsTest.verifyWebhookSignature. */
class BodyHmacTest {

    private static final String BODY = "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}";
    private static final String SECRET = "123456";
    private static final String SIGNATURE = "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc";

    private final BodyHmac scheme = new BodyHmac("X-Razorpay-Signature");

    @Test
    void shouldTakeThePublishedVector() {
        // When
        String verdict = verdict(scheme, signed(BODY, SIGNATURE), SECRET);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldTakeTheOldAndTheNewSecretWhileTheyRotate() {
        // When
        String verdict = verdict(scheme, signed(BODY, SIGNATURE), "654321", SECRET);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldRefuseAnotherSecret() {
        // When
        String verdict = verdict(scheme, signed(BODY, SIGNATURE), "1234567");

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"b\":2,\"c\":{\"d\":4}}", "{\"a\": 1,\"b\":2,\"c\":{\"d\":3}}",
            "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}\n"})
    void shouldRefuseOtherBytesEvenOfTheSameJson(String body) {
        // When
        String verdict = verdict(scheme, signed(body, SIGNATURE), SECRET);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "2fe0", "sha256=2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc"})
    void shouldRefuseWhatIsNoSignature(String signature) {
        // When
        String verdict = verdict(scheme, signed(BODY, signature), SECRET);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @Test
    void shouldRefuseAMissingHeader() {
        // When
        String verdict = verdict(scheme, request(BODY, Map.of()), SECRET);

        // Then
        assertThat(verdict).isEqualTo("missing");
    }

    private static SignedRequest signed(String body, String signature) {
        return request(body, Map.of("X-Razorpay-Signature", signature));
    }
}
