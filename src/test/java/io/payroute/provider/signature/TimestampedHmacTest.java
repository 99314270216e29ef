package io.payroute.provider.signature;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.payroute.provider.signature.Requests.NOW;
import static io.payroute.provider.signature.Requests.request;
import static io.payroute.provider.signature.Requests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

/** The expected value was made with: printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret_1. */
class TimestampedHmacTest {

    private static final String BODY = "{\"id\":\"evt_1\"}";
    private static final String SECRET = "whsec_test_secret_1";
    private static final String SIGNATURE = "43123a2616a76f55986185b81b958518e1a95733ed2672a3a603456ed42e17de";
    private static final String OTHER = "0".repeat(64);

    private final TimestampedHmac scheme = new TimestampedHmac("Stripe-Signature", Duration.ofMinutes(5));

    @Test
    void shouldTakeASignedBody() {
        // When
        String verdict = verdict(scheme, signed("t=1700000000,v1=" + SIGNATURE), SECRET);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t=1700000000,v1=%1$s,v1=%2$s", "t=1700000000,v1=%2$s,v1=%1$s", "t=1700000000,v1=x,v1=%1$s,v0=%2$s",
            "v1=%1$s, t=1700000000"})
    void shouldTakeOneRightSignatureAmongSeveral(String header) {
        // When
        String verdict = verdict(scheme, signed(header.formatted(SIGNATURE, OTHER)), SECRET);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldTakeTheOldAndTheNewSecretWhileTheyRotate() {
        // When
        String verdict = verdict(scheme, signed("t=1700000000,v1=" + SIGNATURE), "whsec_the_new_secret", SECRET);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldRefuseAnotherSecret() {
        // When
        String verdict = verdict(scheme, signed("t=1700000000,v1=" + SIGNATURE), "whsec_another_secret");

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @Test
    void shouldRefuseAnyOtherByte() {
        // Given
        byte[] body = BODY.getBytes(StandardCharsets.UTF_8);

        for (int i = 0; i < body.length; i++) {
            byte[] altered = body.clone();
            altered[i] ^= 1;

            // When
            String verdict = verdict(scheme, request(altered, Map.of("Stripe-Signature", "t=1700000000,v1=" + SIGNATURE)),
                    SECRET);

            // Then
            assertThat(verdict).isEqualTo("mismatch");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"t=1700000001,v1=%s", "t=01700000000,v1=%s", "t=1700000000,v1=%s00", "t=1700000000,v1="})
    void shouldRefuseWhatWasNotSigned(String header) {
        // When
        String verdict = verdict(scheme, signed(header.formatted(SIGNATURE)), SECRET);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1=%s", "t=1700000000", "t=now,v1=%s", "t=-1,v1=%s", "t=1700000000,t=1700000000,v1=%s",
            "t=1700000000,v0=%s", "t=99999999999999999999,v1=%s", "t,v1=%s", "%s"})
    void shouldRefuseAnotherForm(String header) {
        // When
        String verdict = verdict(scheme, signed(header.formatted(SIGNATURE)), SECRET);

        // Then
        assertThat(verdict).isEqualTo("malformed");
    }

    @ParameterizedTest
    @CsvSource({"-301, stale", "-300, holds", "300, holds", "301, stale"})
    void shouldRefuseWhatWasSignedTooLongAgoOrAhead(long seconds, String expected) {
        // Given
        String time = Long.toString(NOW.getEpochSecond() + seconds);
        byte[] signature = Hmac.sha256(SECRET.getBytes(StandardCharsets.UTF_8),
                (time + '.' + BODY).getBytes(StandardCharsets.UTF_8));

        // When
        String verdict = verdict(scheme, signed("t=" + time + ",v1=" + HexFormat.of().formatHex(signature)), SECRET);

        // Then
        assertThat(verdict).isEqualTo(expected);
    }

    @Test
    void shouldRefuseAMissingHeader() {
        // When
        String verdict = verdict(scheme, request(BODY, Map.of("Sandbox-Signature", "t=1700000000,v1=" + SIGNATURE)), SECRET);

        // Then
        assertThat(verdict).isEqualTo("missing");
    }

    private static SignedRequest signed(String header) {
        return request(BODY, Map.of("stripe-signature", header));
    }
}
