package io.payroute.provider.signature;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.payroute.testing.TestCertificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Against a real server on this machine, over TLS. */
class PayPalCertificatesTest {

    private static final Set<String> PAYPAL = Set.of("api.paypal.com", "api.sandbox.paypal.com");

    @TempDir
    private static Path folder;
    private static TestCertificate own;
    private static SSLContext tls;

    private final AtomicInteger requests = new AtomicInteger();
    private HttpsServer server;
    private byte[] answer;
    private int status = 200;

    @BeforeAll
    static void create() throws Exception {
        own = TestCertificate.create(folder);
        tls = SSLContext.getInstance("TLS");
        tls.init(own.keys(), own.trust(), null);
    }

    @BeforeEach
    void start() throws Exception {
        answer = own.chain("leaf");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        if (status == 302) {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
        }
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Test
    void shouldFetchACertificateOnce() throws Exception {
        // Given
        PayPalCertificates certificates = certificates(own.root(folder));

        // When
        X509Certificate first = certificates.at(address("/v1/notifications/certs/CERT-1"));
        X509Certificate second = certificates.at(address("/v1/notifications/certs/CERT-1"));

        // Then
        assertThat(first).isEqualTo(own.leaf()).isSameAs(second);
        assertThat(requests).hasValue(1);
    }

    @Test
    void shouldKeepABoundedNumber() throws Exception {
        // Given
        PayPalCertificates certificates = certificates(own.root(folder));

        // When
        for (int i = 0; i < 20; i++) {
            certificates.at(address("/v1/notifications/certs/CERT-" + i));
        }
        certificates.at(address("/v1/notifications/certs/CERT-19"));
        certificates.at(address("/v1/notifications/certs/CERT-0"));

        // Then
        assertThat(requests).hasValue(21);
    }

    @Test
    void shouldNotBelieveACertificateWithoutATrustedRoot() {
        // Given
        PayPalCertificates certificates = certificates(null);

        // When
        assertThatThrownBy(() -> certificates.at(address("/v1/notifications/certs/CERT-1")))

                // Then
                .isInstanceOf(BadSignature.class).hasMessageContaining("trusted root");
    }

    @Test
    void shouldNotBelieveACertificateThatHasExpired() throws Exception {
        // Given
        answer = own.chain("expired");
        PayPalCertificates certificates = certificates(own.root(folder));

        // When
        assertThatThrownBy(() -> certificates.at(address("/v1/notifications/certs/CERT-1")))

                // Then
                .isInstanceOf(BadSignature.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 404, 401})
    void shouldNotFollowAndNotGuess(int refused) throws Exception {
        // Given
        status = refused;
        PayPalCertificates certificates = certificates(own.root(folder));

        // When
        assertThatThrownBy(() -> certificates.at(address("/v1/notifications/certs/CERT-1")))

                // Then
                .isInstanceOf(BadSignature.class);
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void shouldHaveTheEventSentAgainWhileTheHostIsUnavailable(int unavailable) throws Exception {
        // Given
        status = unavailable;
        PayPalCertificates certificates = certificates(own.root(folder));

        // When
        assertThatThrownBy(() -> certificates.at(address("/v1/notifications/certs/CERT-1")))

                // Then
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldReadNoMoreThanACertificateNeeds() throws Exception {
        // Given
        answer = new byte[200_000];
        PayPalCertificates certificates = certificates(own.root(folder));

        // When
        assertThatThrownBy(() -> certificates.at(address("/v1/notifications/certs/CERT-1")))

                // Then
                .isInstanceOf(IOException.class).hasStackTraceContaining("larger than");
    }

    @Test
    void shouldNotTakeGarbageForACertificate() throws Exception {
        // Given
        answer = "<html>not found</html>".getBytes();
        PayPalCertificates certificates = certificates(own.root(folder));

        // When
        assertThatThrownBy(() -> certificates.at(address("/v1/notifications/certs/CERT-1")))

                // Then
                .isInstanceOf(BadSignature.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://api.paypal.com.evil.test/CERT-1", "https://evil.test/api.paypal.com/CERT-1",
            "http://api.paypal.com/CERT-1", "https://api.paypal.com:8443/CERT-1", "https://api.paypal.com@evil.test/CERT-1",
            "https://user@api.paypal.com/CERT-1", "https://evil.test#@api.paypal.com/CERT-1", "https://xapi.paypal.com/CERT-1",
            "https://paypal.com/CERT-1", "https://api.paypal.com./CERT-1", "https://127.0.0.1/CERT-1", "file:///etc/passwd",
            "https:/api.paypal.com/CERT-1", "//api.paypal.com/CERT-1", "https://api.paypal.com\\@evil.test/",
            "ftp://api.paypal.com",
            "", "not an address", "https://api.paypal.com%2eevil.test/CERT-1", "HTTPS://evil.test/"})
    void shouldFetchFromNowhereElse(String address) {
        // Given
        PayPalCertificates certificates = new PayPalCertificates(PAYPAL, uri -> {
            requests.incrementAndGet();
            return answer;
        }, null);

        // When
        assertThatThrownBy(() -> certificates.at(address))

                // Then
                .isInstanceOf(BadSignature.class).hasMessageContaining("does not point to a host of PayPal");
        assertThat(requests).hasValue(0);
    }

    private PayPalCertificates certificates(Path trusted) {
        try {
            return new PayPalCertificates(Set.of("localhost:" + server.getAddress().getPort()),
                    new HttpsFetch(tls, Duration.ofSeconds(20)), CertificateChain.of(trusted));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String address(String path) {
        return "https://localhost:" + server.getAddress().getPort() + path;
    }
}
