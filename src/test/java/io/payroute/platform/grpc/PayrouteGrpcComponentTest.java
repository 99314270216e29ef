package io.payroute.platform.grpc;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.payroute.proto.notification.NotificationServiceGrpc;
import io.payroute.proto.notification.NotifyResponse;

import static io.payroute.platform.grpc.GrpcTestServer.DONE;
import static io.payroute.platform.grpc.GrpcTestServer.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

class PayrouteGrpcComponentTest extends GrpcBed {

    @Test
    void shouldAnswerHealthChecks() throws Exception {
        // Given
        server.serve(exchange -> exchange.getMessage().setBody(DONE));
        HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(GrpcTestServer.SERVICE).build();

        // When
        ServingStatus status = HealthGrpc.newBlockingStub(server.channel()).check(request).getStatus();

        // Then
        assertThat(status).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void shouldDescribeItsServices() throws Exception {
        // Given
        server.serve(exchange -> exchange.getMessage().setBody(DONE));
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> reflection = ServerReflectionGrpc.newStub(server.channel())
                .serverReflectionInfo(GrpcTestServer.observer(answer::complete, answer::completeExceptionally));

        // When
        reflection.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

        // Then
        assertThat(answer).succeedsWithin(Duration.ofSeconds(5)).asString().contains(GrpcTestServer.SERVICE);
    }

    @Test
    void shouldFinishARunningCallWhenItStops() throws Exception {
        // Given
        CountDownLatch running = new CountDownLatch(1);
        server.serve(exchange -> {
            running.countDown();
            released.await(10, TimeUnit.SECONDS);
            exchange.getMessage().setBody(DONE);
        });
        CompletableFuture<NotifyResponse> answer = CompletableFuture.supplyAsync(() -> server.client().sendEmail(REQUEST));
        assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();

        // When
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> server.context().stop());
        Awaitility.await().untilAsserted(() -> assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING));
        released.countDown();

        // Then
        assertThat(answer).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(DONE);
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
        assertThat(server.failure().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void shouldServeItsOwnProcessUntilThatIsDone() throws Exception {
        // Given
        CountDownLatch working = new CountDownLatch(1);
        server.serve(exchange -> exchange.getMessage().setBody(DONE));
        server.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:work").errorHandler(noErrorHandler()).process(exchange -> {
                    working.countDown();
                    released.await(10, TimeUnit.SECONDS);
                }).to(server.uri() + "?method=SendEmail&synchronous=true");
            }
        });
        CompletableFuture<Exchange> work = CompletableFuture.supplyAsync(() -> server.context().createFluentProducerTemplate()
                .to("direct:work").withBody(REQUEST).send());
        assertThat(working.await(5, TimeUnit.SECONDS)).isTrue();

        // When
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> server.context().stop());
        Awaitility.await().untilAsserted(() -> assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING));
        released.countDown();

        // Then
        assertThat(work).succeedsWithin(Duration.ofSeconds(5)).satisfies(done -> assertThat(done.getException()).isNull());
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void shouldRefuseWhatItCannotQueueAndServeTheRest() throws Exception {
        // Given
        server.property("grpc.server.threads", "1");
        server.property("grpc.server.queue", "1");
        server.serve(exchange -> {
            released.await(10, TimeUnit.SECONDS);
            exchange.getMessage().setBody(DONE);
        });
        AtomicInteger served = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        StreamObserver<NotifyResponse> count = GrpcTestServer.observer(answer -> served.incrementAndGet(), failure -> {
            assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            refused.incrementAndGet();
        });

        // When
        NotificationServiceGrpc.NotificationServiceStub client = NotificationServiceGrpc.newStub(server.channel());
        for (int i = 0; i < 20; i++) {
            client.sendEmail(REQUEST, count);
        }

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(refused.get()).isEqualTo(18));
        released.countDown();
        Awaitility.await().untilAsserted(() -> assertThat(served.get()).isEqualTo(2));
    }

    @Test
    void shouldEndACallAtItsDeadline() throws Exception {
        // Given
        server.serve(exchange -> {
            released.await(10, TimeUnit.SECONDS);
            exchange.getMessage().setBody(DONE);
        });

        // When
        Exception failure = server.call("&deadline=100ms");

        // Then
        assertThat(failure).hasStackTraceContaining("DEADLINE_EXCEEDED");
    }

    @Test
    void shouldGiveTheRouteNothingOfTheMetadata() throws Exception {
        // Given
        AtomicReference<Map<String, Object>> headers = new AtomicReference<>();
        server.serve(exchange -> {
            headers.set(Map.copyOf(exchange.getMessage().getHeaders()));
            exchange.getMessage().setBody(DONE);
        });
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("kafka.override_topic", Metadata.ASCII_STRING_MARSHALLER), "elsewhere");

        // When
        server.client().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata)).sendEmail(REQUEST);

        // Then
        assertThat(headers.get()).containsOnlyKeys("CamelGrpcMethodName", "CamelGrpcUserAgent", "Content-Type");
    }

    @Test
    void shouldListenOnLoopbackOnlyUnlessExternal() throws Exception {
        // Given
        PayrouteGrpcComponent embedded = component("embedded");
        PayrouteGrpcComponent external = component("external");

        // When
        String whenEmbedded = embedded.bindHost("0.0.0.0");
        String whenExternal = external.bindHost("0.0.0.0");

        // Then
        assertThat(whenEmbedded).isEqualTo("127.0.0.1");
        assertThat(whenExternal).isEqualTo("0.0.0.0");
    }
}
