package io.payroute.platform.grpc;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.payroute.notification.NotificationAccess;
import io.payroute.platform.access.Scope;
import io.payroute.proto.notification.NotificationServiceGrpc;
import io.payroute.testing.TestCertificate;

import static io.payroute.platform.grpc.GrpcTestServer.DONE;
import static io.payroute.platform.grpc.GrpcTestServer.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

class GrpcAccessTest {

    private static final String ROLES = "roles-roles-roles-roles-roles-roles";
    private static final String DESK = "desk-desk-desk-desk-desk-desk-desk-";

    @TempDir
    private static Path folder;
    private static TestCertificate certificate;

    private final GrpcTestServer server = new GrpcTestServer();

    @BeforeAll
    static void certificate() throws Exception {
        certificate = TestCertificate.create(folder);
        certificate.root(folder);
        certificate.leaf(folder);
        certificate.key(folder);
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private void serve() throws Exception {
        server.property("payroute.grpc.tokens", "roles:" + ROLES + ",desk[payments:read]:" + DESK);
        server.serve(exchange -> exchange.getMessage().setBody(DONE));
    }

    @Test
    void shouldTakeACallWithAToken() throws Exception {
        // Given
        serve();

        // Then
        assertThat(server.client("Bearer " + ROLES).sendEmail(REQUEST)).isEqualTo(DONE);
        assertThat(server.client("bearer  " + ROLES + " ").sendEmail(REQUEST)).isEqualTo(DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {ROLES, "Basic " + ROLES, "Bearer", "Bearer ", "Bearer roles-roles", "Bearer roles:" + ROLES})
    void shouldRefuseAnotherToken(String authorization) throws Exception {
        // Given
        serve();

        // When
        Status status = GrpcTestServer.failure(server.client(authorization));

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void shouldRefuseACallWithoutAToken() throws Exception {
        // Given
        serve();

        // When
        Status status = server.failure();

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status.getDescription()).contains("authorization: Bearer");
    }

    @Test
    void shouldRefuseATokenWithoutTheScopeOfTheService() throws Exception {
        // Given
        serve();

        // When
        Status status = GrpcTestServer.failure(server.client("Bearer " + DESK));

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(status.getDescription()).contains("notifications:send");
    }

    @Test
    void shouldSendItsOwnTokenWithItsOwnCalls() throws Exception {
        // Given
        serve();

        // When
        Exception failure = server.call("");

        // Then
        assertThat(failure).isNull();
    }

    @Test
    void shouldSendTheTokenThatIsSetForItsCalls() throws Exception {
        // Given
        server.property("payroute.grpc.token", DESK);
        serve();

        // When
        Exception failure = server.call("");

        // Then
        assertThat(failure).hasStackTraceContaining("PERMISSION_DENIED");
    }

    @Test
    void shouldAnswerHealthChecksWithoutAToken() throws Exception {
        // Given
        serve();

        // When
        ServingStatus status = HealthGrpc.newBlockingStub(server.channel()).check(HealthCheckRequest.getDefaultInstance())
                .getStatus();

        // Then
        assertThat(status).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void shouldDescribeItsServicesToWhoMayCallThem() throws Exception {
        // Given
        serve();

        // When
        CompletableFuture<ServerReflectionResponse> anonymous = services(server.channel(), "Bearer none");
        CompletableFuture<ServerReflectionResponse> known = services(server.channel(), "Bearer " + ROLES);

        // Then
        assertThat(anonymous).failsWithin(Duration.ofSeconds(5)).withThrowableThat().withMessageContaining("UNAUTHENTICATED");
        assertThat(known).succeedsWithin(Duration.ofSeconds(5)).asString().contains(GrpcTestServer.SERVICE);
    }

    private static CompletableFuture<ServerReflectionResponse> services(Channel channel, String authorization) {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> reflection = ServerReflectionGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(GrpcTestServer.authorization(authorization)))
                .serverReflectionInfo(GrpcTestServer.observer(answer::complete, answer::completeExceptionally));
        reflection.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        return answer;
    }

    @ParameterizedTest
    @CsvSource({"'',0.0.0.0,false", "'',192.0.2.1,false", "'',127.0.0.1,true", "'',localhost,true",
            "payroute.grpc.tokens,0.0.0.0,true", "grpc.server.tls.client-ca,0.0.0.0,true"})
    void shouldListenBeyondLoopbackOnlyWhenItRequiresCredentials(String set, String host, boolean listens) {
        // Given
        Map<String, String> values = Map.of("payroute.grpc.tokens", "roles:" + ROLES, "grpc.server.tls.client-ca", "ca.pem");
        GrpcSecurity security = new GrpcSecurity(
                key -> key.equals(set) || key.equals("grpc.server.tls.certificate") || key.equals("grpc.server.tls.key")
                        ? values.getOrDefault(key, "some.pem")
                        : "",
                GrpcTestServer.SCOPES);

        // Then
        if (listens) {
            assertThatCode(() -> security.check("notification.NotificationService", host, 50053)).doesNotThrowAnyException();
        } else {
            assertThatIllegalStateException()
                    .isThrownBy(() -> security.check("notification.NotificationService", host, 50053))
                    .withMessageContainingAll("PAYROUTE_GRPC_TOKENS", "GRPC_SERVER_TLS_CLIENT_CA",
                            "NOTIFICATION_GRPC_LISTEN=127.0.0.1:50053", host + ":50053");
        }
    }

    @Test
    void shouldNotStartWhereAnonymousCallersCouldCall() {
        // Given
        server.property("payroute.mode", "external");
        server.host("0.0.0.0");

        // When
        Throwable failure = catchThrowable(() -> server.serve(exchange -> exchange.getMessage().setBody(DONE)));

        // Then
        assertThat(failure).hasStackTraceContaining("Set PAYROUTE_GRPC_TOKENS=name:token");
    }

    @ParameterizedTest
    @CsvSource({"grpc.server.tls.key,GRPC_SERVER_TLS_CERTIFICATE", "grpc.server.tls.certificate,GRPC_SERVER_TLS_KEY",
            "grpc.server.tls.client-ca,GRPC_SERVER_TLS_CERTIFICATE", "grpc.client.tls.key,GRPC_CLIENT_TLS_CERTIFICATE",
            "payroute.grpc.tokens,PAYROUTE_GRPC_TOKENS"})
    void shouldNameWhatIsMissing(String set, String named) {
        assertThatIllegalStateException()
                .isThrownBy(() -> new GrpcSecurity(key -> key.equals(set) ? "x" : "", GrpcTestServer.SCOPES))
                .withMessageContaining(named);
    }

    /** A process with both sides calls itself, with no more than it needs to. */
    @Test
    void shouldCallWithTheFirstTokenThatMayDoWhatIsCalled() {
        // Given
        GrpcSecurity security = new GrpcSecurity(key -> key.equals("payroute.grpc.tokens")
                ? "desk[operate]:" + "d".repeat(32) + ",mail[notifications:send]:" + "m".repeat(32)
                : "", GrpcTestServer.SCOPES);

        // Then
        assertThat(security.token(NotificationAccess.SEND)).isEqualTo("m".repeat(32));
        assertThat(security.token(Scope.OPERATE)).isEqualTo("d".repeat(32));
        assertThat(security.token(Scope.KEYS_MANAGE)).isNull();
    }

    @Test
    void shouldNameAFileThatIsNone() {
        // Given
        GrpcSecurity security = new GrpcSecurity(key -> key.equals("grpc.client.tls.trust") ? "/no/such.pem" : "",
                GrpcTestServer.SCOPES);

        // Then
        assertThatIllegalStateException().isThrownBy(security::client)
                .withMessageContainingAll("GRPC_CLIENT_TLS_TRUST", "/no/such.pem");
    }

    @Test
    void shouldEncryptItsCalls() throws Exception {
        // Given
        tls();
        server.property("grpc.client.tls.trust", folder.resolve("root.pem").toString());
        serve();

        // When
        Exception failure = server.call("&deadline=5s");
        Status plain = server.failure();

        // Then
        assertThat(failure).isNull();
        assertThat(plain.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void shouldEndAnEncryptedCallAtItsDeadline() throws Exception {
        // Given
        tls();
        server.property("grpc.client.tls.trust", folder.resolve("root.pem").toString());
        server.property("payroute.grpc.tokens", "roles:" + ROLES);
        server.serve(exchange -> new CountDownLatch(1).await(3, TimeUnit.SECONDS));

        // When
        Exception failure = server.call("&deadline=200ms");

        // Then
        assertThat(failure).hasStackTraceContaining("DEADLINE_EXCEEDED");
    }

    @Test
    void shouldTakeCallsOfThoseAloneWhoHaveACertificate() throws Exception {
        // Given
        tls();
        server.property("grpc.server.tls.client-ca", folder.resolve("root.pem").toString());
        server.serve(exchange -> exchange.getMessage().setBody(DONE));

        // When
        Status without = GrpcTestServer.failure(client(trusting()));

        // Then
        assertThat(without.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(client(trusting().keyManager(folder.resolve("leaf.pem").toFile(), folder.resolve("leaf-key.pem").toFile()))
                .sendEmail(REQUEST)).isEqualTo(DONE);
    }

    private void tls() {
        server.property("grpc.server.tls.certificate", folder.resolve("leaf.pem").toString());
        server.property("grpc.server.tls.key", folder.resolve("leaf-key.pem").toString());
    }

    private static SslContextBuilder trusting() {
        return GrpcSslContexts.forClient().trustManager(folder.resolve("root.pem").toFile());
    }

    private NotificationServiceGrpc.NotificationServiceBlockingStub client(SslContextBuilder tls) throws Exception {
        SslContext context = tls.build();
        return NotificationServiceGrpc.newBlockingStub(server.channel(channel -> channel.sslContext(context)));
    }
}
