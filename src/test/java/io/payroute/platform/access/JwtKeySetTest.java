package io.payroute.platform.access;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.smallrye.jwt.build.Jwt;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An issuer that publishes its keys over HTTPS and changes them. */
class JwtKeySetTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger fetched = new AtomicInteger();
    private final RsaJsonWebKey first = key("k1");
    private final RsaJsonWebKey second = key("k2");
    private volatile JsonWebKeySet published = new JsonWebKeySet(first);
    private volatile long fetchedAt;
    @TempDir
    private static Path folder;
    private static Path certificate;

    private HttpServer issuer;
    private TestEdge edge;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = certificate(folder);
    }

    @BeforeEach
    void start() throws Exception {
        issuer = vertx
                .createHttpServer(new HttpServerOptions().setSsl(true)
                        .setKeyCertOptions(new PfxOptions().setPath(certificate.toString()).setPassword("changeit")))
                .requestHandler(request -> {
                    fetched.incrementAndGet();
                    fetchedAt = System.nanoTime();
                    request.response().end(published.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
                }).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
        JwtSettings settings = new JwtSettings(Optional.of("https://issuer.test"), Optional.of("payroute"), Optional.empty(),
                Optional.of("https://127.0.0.1:" + issuer.actualPort() + "/jwks"), Optional.empty(), Duration.ofDays(30));
        settings.info().setTlsCertificate(Files.readString(folder.resolve("issuer.pem")));
        edge = new TestEdge(
                new AccessGuard("external", TestEdge.credentials(null, vertx, settings), TestEdge.NO_LIMIT, TestEdge.RULES,
                        TestEdge.SCOPES, new BrowserSessions(), TestEdge.NO_ACTIONS));
    }

    @AfterEach
    void stop() {
        edge.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldFetchTheKeysOnceAndAgainWhenTheIssuerHasANewOne() throws Exception {
        // Given
        assertThat(statusOf(first, "ada")).isEqualTo(200);
        assertThat(statusOf(first, "bob")).isEqualTo(200);
        assertThat(fetched).hasValue(1);

        // When
        published = new JsonWebKeySet(first, second);
        // The library does not fetch twice within 300 ms.
        await().until(() -> System.nanoTime() - fetchedAt > TimeUnit.MILLISECONDS.toNanos(400));

        // Then
        assertThat(statusOf(second, "ada")).isEqualTo(200);
        assertThat(fetched).hasValue(2);
    }

    @Test
    void shouldNotFetchTheKeysForEveryTokenThatNamesAnUnknownOne() throws Exception {
        // Given
        RsaJsonWebKey unknown = key("made-up");

        // When
        for (int i = 0; i < 20; i++) {
            unknown.setKeyId("made-up-" + i);
            assertThat(statusOf(unknown, "eve")).isEqualTo(401);
        }

        // Then
        assertThat(fetched.get()).isLessThanOrEqualTo(2);
        assertThat(statusOf(first, "ada")).isEqualTo(200);
    }

    @Test
    void shouldGoOnWithTheLastKeysWhileTheIssuerIsUnavailable() throws Exception {
        // Given
        assertThat(statusOf(first, "ada")).isEqualTo(200);

        // When
        issuer.close().toCompletionStage().toCompletableFuture().join();

        // Then
        assertThat(statusOf(first, "bob")).isEqualTo(200);
    }

    private int statusOf(RsaJsonWebKey key, String subject) throws Exception {
        String token = Jwt.issuer("https://issuer.test").audience("payroute").subject(subject).expiresIn(300)
                .claim("scope", "payments:read").jws().keyId(key.getKeyId()).sign(key.getRsaPrivateKey());
        HttpResponse<String> answer = edge.send("GET", "/api/v1/payments", "Authorization", "Bearer " + token);
        return answer.statusCode();
    }

    private static RsaJsonWebKey key(String id) {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(id);
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path certificate(Path folder) throws Exception {
        Path file = folder.resolve("issuer.p12");
        keytool("-genkeypair", "-alias", "issuer", "-keyalg", "RSA", "-storetype", "PKCS12", "-keystore", file.toString(),
                "-storepass", "changeit", "-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1");
        keytool("-exportcert", "-rfc", "-alias", "issuer", "-keystore", file.toString(), "-storepass", "changeit", "-file",
                folder.resolve("issuer.pem").toString());
        return file;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }
}
