package io.payroute.platform.grpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcConstants;
import org.apache.camel.component.grpc.GrpcConsumer;
import org.apache.camel.component.grpc.server.DefaultBindableServiceFactory;
import org.apache.camel.component.grpc.server.GrpcHeaderInterceptor;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;
import org.jboss.logging.Logger;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCallStreamObserver;
import io.payroute.platform.access.Scope;
import io.payroute.platform.trace.Traces;

/**
 * A gRPC server in front of a route. When the application stops it tells NOT_SERVING at once, and serves until what this process
 * has under way is done: its own routes still call it. Then it takes no new calls and lets those that run finish; only what
 * outlasts the grace period is cut off.
 */
class DrainingGrpcConsumer extends GrpcConsumer implements ShutdownAware {

    private static final Logger LOG = Logger.getLogger(DrainingGrpcConsumer.class);

    private static final Duration LAST_WORDS = Duration.ofMillis(200);

    private final PayrouteGrpcComponent component;
    private final Scope scope;
    private final String methods;
    private HealthStatusManager health;
    private CallExecutor calls;
    private Server server;
    private boolean leaving;

    DrainingGrpcConsumer(PayrouteGrpcEndpoint endpoint, PayrouteGrpcComponent component, Scope scope, String methods,
            Processor processor) {
        super(endpoint, processor, endpoint.getConfiguration());
        this.methods = methods;
        this.component = component;
        this.scope = scope;
    }

    // Not super.doStart(): it would start a server of its own.
    @Override
    protected void doStart() throws Exception {
        ServiceHelper.startService(getProcessor());
        if (server == null) {
            String host = component.bindHost(configuration.getHost());
            component.security().check(configuration.getService(), host, configuration.getPort());
            server = build(host);
            leaving = false;
            try {
                server.start();
            } catch (IOException e) {
                server = null;
                throw new IOException("Cannot listen on " + host + ":" + configuration.getPort() + " for "
                        + configuration.getService(), e);
            }
            health.setStatus(configuration.getService(), ServingStatus.SERVING);
            LOG.infof("event=grpc-listening service=%s address=%s:%d tls=%s", configuration.getService(), host,
                    server.getPort(),
                    component.security().isEncrypted());
        }
    }

    /** Called when the application begins to stop. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask running) {
        if (server != null && getEndpoint().getCamelContext().getStatus().isStopping()) {
            leave();
        }
        return true;
    }

    private void leave() {
        if (!leaving) {
            leaving = true;
            health.enterTerminalState();
        }
    }

    /** Calls that run are counted as exchanges of the route. */
    @Override
    public int getPendingExchangesSize() {
        return 0;
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // doStop does it
    }

    @Override
    protected void doStop() throws Exception {
        if (server != null) {
            leave();
            server.shutdown();
            if (!calls.awaitEnd(component.shutdownGrace())) {
                LOG.warnf("event=grpc-cut-off service=%s", configuration.getService());
            }
            // Only answers on their way and streams of health and reflection are left, which clients may hold open for ever.
            server.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            server.shutdownNow();
            calls.close();
            server = null;
        }
        ServiceHelper.stopService(getProcessor());
    }

    /** The route has the means to answer as a property, and ends; the stream goes on. */
    private void begin(String method, Object request, ServerCallStreamObserver<Object> answers) {
        Exchange exchange = getEndpoint().createExchange();
        exchange.getMessage().setBody(request);
        exchange.getMessage().setHeader(GrpcConstants.GRPC_METHOD_NAME_HEADER, method);
        if (CallMethods.CURSOR_SENT.get() != null) {
            exchange.getMessage().setHeader(CallMethods.CURSOR.name(), CallMethods.CURSOR_SENT.get());
        }
        exchange.setProperty(GrpcConstants.GRPC_RESPONSE_OBSERVER, answers);
        exchange.setProperty(PayrouteGrpcComponent.OPENING, CallMethods.OPENING.get());
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.isFailed()) {
            answers.onError(Status.INTERNAL.withCause(exchange.getException()).asRuntimeException());
        }
    }

    private Server build(String host) {
        GrpcConfiguration options = configuration;
        ServerServiceDefinition service = CallMethods.served(
                new DefaultBindableServiceFactory().createBindableService(this).bindService(), methods, this::begin);
        health = new HealthStatusManager();
        CallAccess access = new CallAccess(component.security().tokens(), scope);
        calls = new CallExecutor(options.getService(), access, component.serverThreads(), component.serverQueue(),
                component.serverStreams());
        ServerServiceDefinition guarded = Traces.areOn()
                ? ServerInterceptors.intercept(service, new GrpcHeaderInterceptor(), new CallGuard(), new CallTrace())
                : ServerInterceptors.intercept(service, new GrpcHeaderInterceptor(), new CallGuard());
        return NettyServerBuilder.forAddress(new InetSocketAddress(host, options.getPort()))
                .sslContext(component.security().server())
                // Method look-up, health and reflection are brief: they stay on the transport's threads.
                .directExecutor().callExecutor(calls).addStreamTracerFactory(calls.admissions())
                // The last interceptor is the outermost.
                .addService(ServerInterceptors.intercept(MessageCheck.around(guarded), access))
                // Whether a server lives is no secret; what it can do is.
                .addService(health.getHealthService())
                .addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), access))
                .maxInboundMessageSize(options.getMaxMessageSize())
                .maxInboundMetadataSize(options.getMaxInboundMetadataSize())
                .maxConcurrentCallsPerConnection(options.getMaxConcurrentCallsPerConnection())
                .flowControlWindow(options.getFlowControlWindow())
                .keepAliveTime(options.getKeepAliveTime(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(options.getKeepAliveTimeout(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(options.getPermitKeepAliveTime(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(options.isPermitKeepAliveWithoutCalls())
                .maxConnectionAge(options.getMaxConnectionAge(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(options.getMaxConnectionIdle(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(options.getMaxConnectionAgeGrace(), TimeUnit.MILLISECONDS).build();
    }
}
