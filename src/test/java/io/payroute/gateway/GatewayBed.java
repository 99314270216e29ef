package io.payroute.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.AdviceWithRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;

import com.google.protobuf.Message;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.platform.http.Problems;
import io.payroute.proto.inventory.InventoryServiceGrpc;
import io.payroute.proto.notification.NotificationServiceGrpc;
import io.payroute.proto.order.OrderServiceGrpc;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.product.ProductServiceGrpc;
import io.payroute.proto.user.UserServiceGrpc;
import io.payroute.testing.EveryAccess;
import io.payroute.testing.Routes;
import io.vertx.core.json.JsonObject;

/** The packaged routes of the gateway, in front of a real gRPC server with all services of the shop, whose answers a test says. */
final class GatewayBed implements AutoCloseable {

    static final String ID = "00000000-0000-7000-8000-000000000001";
    static final String ADA = "00000000-0000-7000-8000-00000000000a";
    private static final String[] FILES = {"10-users", "20-products", "30-orders", "40-payments", "50-notifications"};

    /** What came back to the client. */
    record Answer(int status, JsonObject body, Map<String, Object> headers) {
    }

    /** What the server was asked, oldest first. */
    final Queue<Message> asked = new ConcurrentLinkedQueue<>();
    private final Map<String, Function<Message, Object>> answers = new ConcurrentHashMap<>();
    final Semaphore silence = new Semaphore(1);
    final DefaultCamelContext context = Routes.context();
    private final Server server;

    GatewayBed(String... properties) throws Exception {
        server = services().build().start();
        for (String role : new String[]{"user", "product", "inventory", "order", "payment", "notification"}) {
            property(role + ".grpc.address", "127.0.0.1:" + server.getPort());
        }
        for (int at = 0; at < properties.length; at += 2) {
            property(properties[at], properties[at + 1]);
        }
        context.addComponent("grpc", new PayrouteGrpcComponent(new Scopes(EveryAccess.RULES.stream())));
        context.getRegistry().bind("problems", new Problems());
        context.getRegistry().bind("gatewayUsers", new GatewayUsers());
        context.getRegistry().bind("gatewayProducts", new GatewayProducts());
        context.getRegistry().bind("gatewayOrders", new GatewayOrders());
        context.getRegistry().bind("gatewayPayments", new GatewayPayments());
        context.getRegistry().bind("gatewayMessages", new GatewayMessages());
        Routes.load(context, "shared/error-handling.camel.yaml");
        for (String file : FILES) {
            Routes.load(context, "gateway/" + file + ".camel.yaml");
        }
        for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
            AdviceWith.adviceWith(route, context, advice(route.getRouteId()));
        }
        context.start();
    }

    private static AdviceWithRouteBuilder advice(String route) {
        return new AdviceWithRouteBuilder() {
            @Override
            public void configure() {
                replaceFromWith("direct:" + route);
            }
        };
    }

    private void property(String key, String value) {
        context.getPropertiesComponent().addOverrideProperty(key, value);
    }

    private NettyServerBuilder services() throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forPort(0);
        for (ServiceDescriptor service : new ServiceDescriptor[]{UserServiceGrpc.getServiceDescriptor(),
                ProductServiceGrpc.getServiceDescriptor(), InventoryServiceGrpc.getServiceDescriptor(),
                OrderServiceGrpc.getServiceDescriptor(), PaymentServiceGrpc.getServiceDescriptor(),
                NotificationServiceGrpc.getServiceDescriptor()}) {
            ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service);
            service.getMethods()
                    .forEach(method -> definition.addMethod(method, ServerCalls.asyncUnaryCall((request, observer) -> {
                        asked.add((Message) request);
                        silence.acquireUninterruptibly();
                        silence.release();
                        Object answer = answers.getOrDefault(method.getBareMethodName(), any -> Status.UNIMPLEMENTED)
                                .apply((Message) request);
                        if (answer instanceof Status refused) {
                            observer.onError(refused.asRuntimeException());
                        } else if (answer instanceof RuntimeException refused) {
                            observer.onError(refused);
                        } else {
                            complete(observer, answer);
                        }
                    })));
            builder.addService((BindableService) definition::build);
        }
        return builder;
    }

    @SuppressWarnings("unchecked")
    private static <T> void complete(StreamObserver<T> observer, Object answer) {
        observer.onNext((T) answer);
        observer.onCompleted();
    }

    /** @param answer a message, a {@link Status} or an exception */
    void answer(String method, Object answer) {
        answers.put(method, request -> answer);
    }

    /** @param headers names and values in turn: what the edge and the router say of the request */
    Answer send(String route, String body, String... headers) {
        Exchange exchange = context.createFluentProducerTemplate().to("direct:gateway-" + route).withProcessor(request -> {
            for (int at = 0; at < headers.length; at += 2) {
                request.getMessage().setHeader(headers[at], headers[at + 1]);
            }
            request.getMessage().setBody(body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8));
        }).send();
        org.apache.camel.Message answer = exchange.getMessage();
        return new Answer(answer.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class),
                new JsonObject(answer.getBody(String.class)), answer.getHeaders());
    }

    /** The only request that came. */
    @SuppressWarnings("unchecked")
    <T extends Message> T asked(Class<T> type) {
        return (T) asked.stream().filter(type::isInstance).reduce((first, last) -> last).orElseThrow();
    }

    @Override
    public void close() {
        silence.release();
        context.stop();
        server.shutdownNow();
    }
}
