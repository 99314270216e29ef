package io.payroute.platform.grpc;

import java.time.Duration;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;

import io.payroute.platform.access.Scope;

/**
 * One gRPC service at one address, named as the contract names it ({@code notification.NotificationService}); its generated
 * classes are found in {@code io.payroute.proto.<package>}.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "grpc", title = "gRPC", syntax = "grpc:host:port/service")
class PayrouteGrpcEndpoint extends GrpcEndpoint {

    private static final String GENERATED = "io.payroute.proto.";

    private final PayrouteGrpcComponent component;
    @UriParam(label = "consumer", description = "What callers of the service need")
    private final Scope scope;
    @UriParam(label = "consumer", description = "Which methods are served here, comma separated; empty is all of them")
    private final String methods;
    @UriParam(label = "producer", description = "How long a call may take", javaType = "java.time.Duration", defaultValue = "5s")
    private final Duration deadline;
    @UriParam(label = "producer", description = "Whether a server that does not answer is left alone for a while")
    private final boolean breaker;

    PayrouteGrpcEndpoint(String uri, PayrouteGrpcComponent component, GrpcConfiguration configuration, Scope scope,
            String methods, Duration deadline, boolean breaker) {
        super(uri, component, configuration);
        this.breaker = breaker;
        this.deadline = deadline;
        this.component = component;
        this.scope = scope;
        this.methods = methods;
    }

    public Duration getDeadline() {
        return deadline;
    }

    public boolean isBreaker() {
        return breaker;
    }

    @Override
    public String getServicePackage() {
        return GENERATED + super.getServicePackage();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        DrainingGrpcConsumer consumer = new DrainingGrpcConsumer(this, component, scope, methods, processor);
        configureConsumer(consumer);
        return consumer;
    }
}
