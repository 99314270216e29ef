package io.payroute.platform.grpc;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Endpoint;
import org.apache.camel.component.grpc.GrpcComponent;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.util.TimeUtils;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.ClientInterceptor;
import io.netty.handler.ssl.SslContext;
import io.payroute.platform.access.Scope;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.trace.Traces;

/**
 * Camel's {@code grpc:} with what our calls need around it; routes are written as for the plain component.
 * <p>
 * A server drains on stop, answers health checks and reflection, refuses what it cannot queue, and tells no caller an
 * exception's text. A client call always ends: with an answer, or with a status by its deadline
 * ({@code deadline}); with {@code breaker} a server that does not answer is not even called for a while. While no external addresses are
 * configured ({@code payroute.mode} is {@code embedded}), servers listen on loopback only. Beyond loopback callers need a token
 * with the scope that the endpoint names ({@code scope}, otherwise {@code operate}), or a certificate; where we call, it says which
 * of our tokens goes with the call.
 */
@Singleton
@Named("grpc")
@Component("grpc")
public class PayrouteGrpcComponent extends GrpcComponent {

    /**
     * Property of an exchange that begins a stream: a {@code Consumer<String>} that tells the client, before the first answer, the
     * cursor that the stream begins at.
     */
    public static final String OPENING = "payroute-opening";

    private final Scopes scopes;
    private boolean loopbackOnly;
    private Duration deadline;
    private Duration shutdownGrace;
    private int serverThreads;
    private int serverQueue;
    private int serverStreams;
    private GrpcSecurity security;
    private CircuitBreakerRegistry breakers;
    private final List<TlsChannel> channels = new CopyOnWriteArrayList<>();

    @Inject
    public PayrouteGrpcComponent(Scopes scopes) {
        this.scopes = scopes;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        loopbackOnly = !"external".equals(property("payroute.mode", "embedded"));
        deadline = duration("grpc.deadline", "5s");
        shutdownGrace = duration("grpc.server.shutdown-grace", "10s");
        serverThreads = Integer.parseInt(property("grpc.server.threads", "32"));
        serverQueue = Integer.parseInt(property("grpc.server.queue", "512"));
        serverStreams = Integer.parseInt(property("grpc.server.streams", "2000"));
        breakers = CallBreaker.registry(Float.parseFloat(property("grpc.breaker.failure-rate", "50")),
                Integer.parseInt(property("grpc.breaker.window", "20")), duration("grpc.breaker.pause", "2s"));
        security = new GrpcSecurity(key -> getCamelContext().getPropertiesComponent().resolveProperty(key).orElse(""), scopes);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        GrpcConfiguration configuration = parseConfiguration(new GrpcConfiguration(), uri);
        configuration.setAutoDiscoverClientInterceptors(false);
        configuration.setAutoDiscoverServerInterceptors(false);
        Duration callDeadline = getAndRemoveParameter(parameters, "deadline", Duration.class, deadline);
        Scope scope = scopes.ofWord(getAndRemoveParameter(parameters, "scope", String.class, Scope.OPERATE.word()));
        if (scope == null) {
            throw new IllegalArgumentException("scope must be one of " + Scope.words(scopes.all()) + " in " + uri);
        }
        String methods = getAndRemoveParameter(parameters, "methods", String.class, "");
        boolean breaker = getAndRemoveParameter(parameters, "breaker", boolean.class, false);
        configuration.setClientInterceptors(interceptors(configuration, callDeadline, scope, breaker));
        PayrouteGrpcEndpoint endpoint = new PayrouteGrpcEndpoint(uri, this, configuration, scope, methods, callDeadline,
                breaker);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** The last is called first. */
    private List<ClientInterceptor> interceptors(GrpcConfiguration configuration, Duration deadline, Scope scope,
            boolean breaker) throws Exception {
        List<ClientInterceptor> interceptors = new ArrayList<>();
        SslContext tls = security.client();
        if (tls != null) {
            TlsChannel channel = new TlsChannel(configuration.getHost(), configuration.getPort(), tls);
            channels.add(channel);
            interceptors.add(channel);
        }
        String token = security.token(scope);
        if (token != null) {
            interceptors.add(new CallToken(token));
        }
        if (Traces.areOn()) {
            interceptors.add(new CallTrace());
        }
        interceptors.add(new CallDeadline(deadline));
        if (breaker) {
            interceptors.add(new CallBreaker(breakers.circuitBreaker(configuration.getHost() + ':' + configuration.getPort())));
        }
        return interceptors;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        channels.forEach(TlsChannel::close);
    }

    @Override
    protected GrpcConfiguration parseConfiguration(GrpcConfiguration configuration, String uri) throws Exception {
        URI address = new URI(uri);
        if (address.getHost() == null || address.getPort() < 0 || address.getPath().length() < 2) {
            throw new IllegalArgumentException("A gRPC address is grpc:host:port/package.Service, not " + uri);
        }
        return super.parseConfiguration(configuration, uri);
    }

    /** Where a server that is configured to listen on {@code host} does listen. */
    String bindHost(String host) throws Exception {
        return loopbackOnly && !InetAddress.getByName(host).isLoopbackAddress() ? "127.0.0.1" : host;
    }

    GrpcSecurity security() {
        return security;
    }

    Duration shutdownGrace() {
        return shutdownGrace;
    }

    int serverThreads() {
        return serverThreads;
    }

    int serverQueue() {
        return serverQueue;
    }

    int serverStreams() {
        return serverStreams;
    }

    private Duration duration(String key, String otherwise) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(property(key, otherwise)));
    }

    private String property(String key, String otherwise) {
        return getCamelContext().resolvePropertyPlaceholders("{{" + key + ":" + otherwise + "}}");
    }
}
