package io.payroute.platform.grpc;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;

import io.payroute.platform.access.Scope;

/**
 * One gRPC service at one address, named as the contract names it ({@code notification.NotificationService}); its generated
 * classes are found in {@code io.payroute.proto.<package>}.
 */
class PayrouteGrpcEndpoint extends GrpcEndpoint {

    private static final String GENERATED = "io.payroute.proto.";

    private final PayrouteGrpcComponent component;
    private final Scope scope;

    /** @param scope what callers of the service need */
    PayrouteGrpcEndpoint(String uri, PayrouteGrpcComponent component, GrpcConfiguration configuration, Scope scope) {
        super(uri, component, configuration);
        this.component = component;
        this.scope = scope;
    }

    @Override
    public String getServicePackage() {
        return GENERATED + super.getServicePackage();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        DrainingGrpcConsumer consumer = new DrainingGrpcConsumer(this, component, scope, processor);
        configureConsumer(consumer);
        return consumer;
    }
}
