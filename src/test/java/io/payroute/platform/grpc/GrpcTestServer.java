package io.payroute.platform.grpc;

import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.payroute.platform.access.Scopes;
import io.payroute.proto.notification.NotificationServiceGrpc;
import io.payroute.proto.notification.NotificationServiceGrpc.NotificationServiceBlockingStub;
import io.payroute.proto.notification.NotifyResponse;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.testing.EveryAccess;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A route behind our gRPC component, in a plain Camel context, and clients of it. */
class GrpcTestServer {

    static final String SERVICE = "notification.NotificationService";
    static final Scopes SCOPES = new Scopes(
            EveryAccess.RULES.stream());
    static final NotifyResponse DONE = NotifyResponse.newBuilder().setSuccess(true).build();
    static final SendEmailRequest REQUEST = SendEmailRequest.getDefaultInstance();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private String host = "127.0.0.1";
    private int port;

    void property(String key, String value) {
        context.getPropertiesComponent().addOverrideProperty(key, value);
    }

    void host(String listen) {
        host = listen;
    }

    void serve(Processor verb) throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        context.addComponent("grpc", new PayrouteGrpcComponent(SCOPES));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri() + "?synchronous=true&scope=notifications:send").errorHandler(noErrorHandler()).process(verb);
            }
        });
        context.start();
    }

    String uri() {
        return "grpc:" + host + ":" + port + "/" + SERVICE;
    }

    CamelContext context() {
        return context;
    }

    ManagedChannel channel() {
        return channel(NettyChannelBuilder::usePlaintext);
    }

    synchronized ManagedChannel channel(UnaryOperator<NettyChannelBuilder> kind) {
        ManagedChannel channel = kind.apply(NettyChannelBuilder.forAddress("127.0.0.1", port)).build();
        channels.add(channel);
        return channel;
    }

    NotificationServiceBlockingStub client() {
        return NotificationServiceGrpc.newBlockingStub(channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    Status failure() {
        return failure(client());
    }

    static Status failure(NotificationServiceBlockingStub client) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> client.sendEmail(REQUEST)).getStatus();
    }

    /** A client that sends this as its authorization. */
    NotificationServiceBlockingStub client(String authorization) {
        return client().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(authorization(authorization)));
    }

    static Metadata authorization(String value) {
        Metadata metadata = new Metadata();
        metadata.put(CallAccess.AUTHORIZATION, value);
        return metadata;
    }

    /** A call by our own client. @return its failure, or null */
    Exception call(String parameters) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:call").errorHandler(noErrorHandler())
                        .to(uri() + "?method=SendEmail&synchronous=true" + parameters);
            }
        });
        return context.createProducerTemplate().request("direct:call", exchange -> exchange.getMessage().setBody(REQUEST))
                .getException();
    }

    void stop() {
        context.stop();
        channels.forEach(ManagedChannel::shutdownNow);
    }

    static <T> StreamObserver<T> observer(Consumer<T> next, Consumer<Throwable> error) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                next.accept(value);
            }

            @Override
            public void onError(Throwable failure) {
                error.accept(failure);
            }

            @Override
            public void onCompleted() {
                // the answer said it
            }
        };
    }
}
