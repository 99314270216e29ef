package io.payroute.crash;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.payroute.proto.inventory.InventoryServiceGrpc;
import io.payroute.proto.notification.NotificationServiceGrpc;
import io.payroute.proto.order.OrderServiceGrpc;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.product.ProductServiceGrpc;
import io.payroute.proto.user.UserServiceGrpc;

import static org.assertj.core.api.Assertions.assertThat;

/** The gRPC ports of the packaged application, one a role: which services there are, and who may call and list them. */
@Timeout(120)
class GrpcVisitorsIT {

    private static final String UNKNOWN = "0123456789abcdef0123456789abcdef";

    /** The other half of the service that the role payment has, at another port. */
    private static final Set<String> OF_THE_AGGREGATOR = Set.of("GetPayment", "ListPayments", "StreamPayments", "GetTopics");

    private static ManagedChannel channel;

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
    }

    static Stream<Arguments> ofEachRole() {
        return Stream.of(UserServiceGrpc.getServiceDescriptor(), ProductServiceGrpc.getServiceDescriptor(),
                InventoryServiceGrpc.getServiceDescriptor(), OrderServiceGrpc.getServiceDescriptor(),
                PaymentServiceGrpc.getServiceDescriptor(), NotificationServiceGrpc.getServiceDescriptor())
                .map(service -> Arguments.of(service.getName().replaceFirst("\\..*", ""), service));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofEachRole")
    void shouldServeWhoHasATokenWithItsScope(String role, ServiceDescriptor service) throws Exception {
        // When
        channel = Grpc.newChannelBuilder("127.0.0.1:" + Surroundings.shared().bed.grpcPort(role),
                InsecureChannelCredentials.create()).build();

        // Then
        service.getMethods().forEach(method -> {
            String name = method.getFullMethodName();
            assertThat(call(name, null)).as(name).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(call(name, UNKNOWN)).as(name).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(call(name, Surroundings.token("payments:read"))).as(name).isEqualTo(Status.Code.PERMISSION_DENIED);
            if (role.equals("payment") && OF_THE_AGGREGATOR.contains(method.getBareMethodName())) {
                assertThat(call(name, Surroundings.GRPC_TOKEN)).as(name).isEqualTo(Status.Code.UNIMPLEMENTED);
            } else {
                assertThat(call(name, Surroundings.GRPC_TOKEN)).as(name).isIn(Status.Code.INVALID_ARGUMENT, Status.Code.OK,
                        Status.Code.NOT_FOUND);
            }
        });
        assertThat(call("grpc.health.v1.Health/Check", null)).isEqualTo(Status.Code.OK);
        assertThat(call("no.such.Service/Call", null)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(services(Surroundings.GRPC_TOKEN)).containsExactlyInAnyOrder(service.getName(), HealthGrpc.SERVICE_NAME,
                ServerReflectionGrpc.SERVICE_NAME);
        assertThat(services(null)).isEmpty();
        assertThat(services(Surroundings.token("payments:read"))).isEmpty();
    }

    private static Status.Code call(String method, String token) {
        MethodDescriptor<byte[], byte[]> described = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setFullMethodName(method).setType(MethodDescriptor.MethodType.UNARY).build();
        try {
            ClientCalls.blockingUnaryCall(as(token), described, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                    new byte[0]);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static Set<String> services(String token) throws Exception {
        CompletableFuture<Set<String>> listed = new CompletableFuture<>();
        Set<String> names = new TreeSet<>();
        StreamObserver<ServerReflectionRequest> request = ServerReflectionGrpc.newStub(as(token))
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse answer) {
                        answer.getListServicesResponse().getServiceList().forEach(service -> names.add(service.getName()));
                    }

                    @Override
                    public void onError(Throwable refused) {
                        listed.complete(Set.of());
                    }

                    @Override
                    public void onCompleted() {
                        listed.complete(names);
                    }
                });
        request.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
        request.onCompleted();
        return listed.get(20, TimeUnit.SECONDS);
    }

    private static Channel as(String token) {
        if (token == null) {
            return channel;
        }
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }
}
