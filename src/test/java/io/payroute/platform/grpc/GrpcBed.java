package io.payroute.platform.grpc;

import java.util.concurrent.CountDownLatch;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;

/** A server and its client in a plain Camel context. */
abstract class GrpcBed {

    final GrpcTestServer server = new GrpcTestServer();
    final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void stop() {
        released.countDown();
        server.stop();
    }

    ServingStatus health() {
        return HealthGrpc.newBlockingStub(server.channel()).check(
                HealthCheckRequest.newBuilder().setService(GrpcTestServer.SERVICE).build()).getStatus();
    }

    static PayrouteGrpcComponent component(String mode) throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addOverrideProperty("payroute.mode", mode);
            PayrouteGrpcComponent component = new PayrouteGrpcComponent(GrpcTestServer.SCOPES);
            context.addComponent("grpc", component);
            component.init();
            return component;
        }
    }
}
