package io.payroute.platform.grpc;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jboss.logging.Logger;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.payroute.platform.CallRefusal;
import io.payroute.platform.access.AccessTokens;
import io.payroute.platform.access.Scope;

/**
 * Lets in who sends {@code authorization: Bearer} with a token that has the service's scope. Without any token in the
 * configuration everybody is let in; {@link GrpcSecurity} sees to it that anonymous callers cannot reach such a server.
 */
final class CallAccess implements ServerInterceptor {

    static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    static final String BEARER = "Bearer ";

    private static final Logger LOG = Logger.getLogger(CallAccess.class);
    private static final long LOG_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final AccessTokens tokens;
    private final Scope scope;
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_EVERY);

    CallAccess(AccessTokens tokens, Scope scope) {
        this.tokens = tokens;
        this.scope = scope;
    }

    boolean admits(Metadata headers) {
        return refusal(headers) == null;
    }

    private Status refusal(Metadata headers) {
        if (tokens.isEmpty()) {
            return null;
        }
        String sent = headers.get(AUTHORIZATION);
        Set<Scope> scopes = sent != null && sent.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? tokens.scopesOf(sent.substring(BEARER.length()).trim())
                : null;
        if (scopes == null) {
            return Status.UNAUTHENTICATED.withDescription("send the metadata authorization: Bearer with a valid token");
        }
        return scopes.contains(scope)
                ? null
                : Status.PERMISSION_DENIED.withDescription("the token lacks the scope " + scope.word());
    }

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(ServerCall<ReqT, RespT> call, Metadata headers,
            ServerCallHandler<ReqT, RespT> next) {
        Status refusal = refusal(headers);
        if (refusal == null) {
            return next.startCall(call, headers);
        }
        long last = loggedAt.get();
        long now = System.nanoTime();
        if (now - last >= LOG_EVERY && loggedAt.compareAndSet(last, now)) {
            LOG.warnf("event=grpc-refused method=%s code=%s", call.getMethodDescriptor().getFullMethodName(),
                    refusal.getCode());
        }
        call.close(refusal, CallRefusal.notLetIn(refusal));
        return new ServerCall.Listener<>() {
        };
    }
}
