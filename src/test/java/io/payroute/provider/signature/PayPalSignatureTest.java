package io.payroute.provider.signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.testing.TestCertificate;

import static io.payroute.provider.signature.Requests.request;
import static io.payroute.provider.signature.Requests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

/** With an event that PayPal's sandbox signed, from the tests of PayPal's Java SDK (ValidateCertTest), and a key of our own. */
class PayPalSignatureTest {

    private static final Path RESOURCES = Path.of("src/test/resources/paypal");
    private static final String WEBHOOK_ID = "0FV983392A0531201";
    private static final Map<String, String> HEADERS = Map.of("PAYPAL-AUTH-ALGO", "SHA256withRSA", "PAYPAL-CERT-URL",
            "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270", "PAYPAL-TRANSMISSION-ID",
            "afa30d40-ca4a-11e9-ab68-7d4e2605c70c", "PAYPAL-TRANSMISSION-TIME", "2019-08-29T10:49:33Z",
            "PAYPAL-TRANSMISSION-SIG",
            "K7DF5+hOyGS6v0xTZ9PkEO+BFNQmpryxw2hFlXbHgmxpu+883ldEC9HcL6ccEmB8sfy80y/Q3qcZZL1MR8Qi0e1ysylVj/yROgKK6zBsQPoNmgXC8yTi"
                    + "NoAjULuhk5Aoau0Itk3nrkgAfji1zvADlErMFM9VZe2nDvhM3nDMLjCi/K5fRjWp3eGo6Nx17GX/WIEibeKDyS+YdJMex3i+KO4aWmm9zz"
                    + "nC/FJ5Y/ntd0MxOJNrM0r0f3y7c3e3sO5pB3oPgN6KzKVS5P6AWHqtS8acD3DjgCKZ1uqKz7q954G1aBz2/m0wRGOFFsv0/D3FE2uIheRR"
                    + "moQtVSOAX7Aupg==");
    private static X509Certificate published;
    private static byte[] body;

    private final PayPalSignature scheme = new PayPalSignature(address -> published);

    @BeforeAll
    static void read() throws Exception {
        published = PayPalCertificates.read(Files.readAllBytes(RESOURCES.resolve("certificate.pem"))).iterator().next();
        body = Files.readAllBytes(RESOURCES.resolve("event.json"));
    }

    @Test
    void shouldTakeThePublishedVector() {
        // When
        String verdict = verdict(scheme, request(body, HEADERS), WEBHOOK_ID);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldTakeTheIdsOfSeveralWebhooks() {
        // When
        String verdict = verdict(scheme, request(body, HEADERS), "3RN13029J36659323", WEBHOOK_ID);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldRefuseTheIdOfAnotherWebhook() {
        // When
        String verdict = verdict(scheme, request(body, HEADERS), "3RN13029J36659323");

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @Test
    void shouldRefuseAnAlteredByte() {
        // Given
        byte[] altered = body.clone();
        altered[altered.length / 2] ^= 1;

        // When
        String verdict = verdict(scheme, request(altered, HEADERS), WEBHOOK_ID);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @ParameterizedTest
    @CsvSource({"PAYPAL-TRANSMISSION-ID, afa30d40-ca4a-11e9-ab68-7d4e2605c70d, mismatch",
            "PAYPAL-TRANSMISSION-TIME, 2019-08-29T10:49:34Z, mismatch", "PAYPAL-TRANSMISSION-SIG, AAAA, mismatch",
            "PAYPAL-TRANSMISSION-SIG, no base64!, malformed", "PAYPAL-AUTH-ALGO, SHA1withRSA, malformed",
            "PAYPAL-AUTH-ALGO, NONEwithRSA, malformed"})
    void shouldRefuseAnotherHeader(String name, String value, String expected) {
        // Given
        Map<String, String> headers = new HashMap<>(HEADERS);
        headers.put(name, value);

        // When
        String verdict = verdict(scheme, request(body, headers), WEBHOOK_ID);

        // Then
        assertThat(verdict).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PAYPAL-AUTH-ALGO", "PAYPAL-CERT-URL", "PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-SIG",
            "PAYPAL-TRANSMISSION-TIME"})
    void shouldRefuseAMissingHeader(String name) {
        // Given
        Map<String, String> headers = new HashMap<>(HEADERS);
        headers.remove(name);

        // When
        String verdict = verdict(scheme, request(body, headers), WEBHOOK_ID);

        // Then
        assertThat(verdict).isEqualTo("missing");
    }

    @Test
    void shouldSignTheChecksumAsAnUnsignedDecimal(@TempDir Path folder) throws Exception {
        // Given: "body" has a CRC32 with its highest bit set
        TestCertificate own = TestCertificate.create(folder);
        X509Certificate leaf = own.leaf();
        Map<String, String> headers = new HashMap<>(HEADERS);
        headers.put("PAYPAL-TRANSMISSION-SIG", own.sign("id|time|WEBHOOK12345|3685223346"));
        headers.put("PAYPAL-TRANSMISSION-ID", "id");
        headers.put("PAYPAL-TRANSMISSION-TIME", "time");

        // When
        String verdict = verdict(new PayPalSignature(address -> leaf),
                request("body".getBytes(StandardCharsets.UTF_8), headers), "WEBHOOK12345");

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldSayThatItCannotBeSaidWithoutTheCertificate() {
        // Given
        PayPalSignature unavailable = new PayPalSignature(address -> {
            throw new IOException("unavailable");
        });

        // When
        String verdict = verdict(unavailable, request(body, HEADERS), WEBHOOK_ID);

        // Then
        assertThat(verdict).isEqualTo("unavailable");
    }
}
