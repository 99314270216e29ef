package io.payroute.platform.grpc;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.payroute.platform.CallRefusal;

/**
 * Leaves a server alone for a while that does not answer, so that callers learn it at once instead of waiting for a deadline each. A
 * refusal is an answer, also "come again" from a server of ours: what a client sends cannot open it.
 */
final class CallBreaker implements ClientInterceptor {

    private static final Logger LOG = Logger.getLogger(CallBreaker.class);
    private static final Set<Status.Code> NO_ANSWER = EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
    private static final Status OPEN = Status.UNAVAILABLE.withDescription("the server does not answer and is left alone");

    private final CircuitBreaker breaker;

    /**
     * One breaker for each server.
     *
     * @param failureRate percent, among the last calls
     * @param window so many calls
     * @param pause for which a server is left alone; then a few calls show whether it answers again
     */
    static CircuitBreakerRegistry registry(float failureRate, int window, Duration pause) {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .failureRateThreshold(failureRate).slidingWindowSize(window).minimumNumberOfCalls(window)
                .waitDurationInOpenState(pause).permittedNumberOfCallsInHalfOpenState(Math.max(1, window / 5)).build());
        breakers.getEventPublisher().onEntryAdded(added -> added.getAddedEntry().getEventPublisher().onStateTransition(
                event -> LOG.warnf("event=breaker server=%s transition=%s", event.getCircuitBreakerName(),
                        event.getStateTransition())));
        return breakers;
    }

    CallBreaker(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(MethodDescriptor<ReqT, RespT> method, CallOptions options,
            Channel next) {
        return breaker.tryAcquirePermission() ? new Watched<>(next.newCall(method, options), breaker) : new Refused<>();
    }

    private static void record(CircuitBreaker breaker, Status status, Metadata trailers) {
        if (status.getCode() == Status.Code.CANCELLED) {
            breaker.releasePermission();
        } else if (NO_ANSWER.contains(status.getCode()) && !CallRefusal.isTold(trailers)) {
            breaker.onError(0, TimeUnit.NANOSECONDS, status.asRuntimeException());
        } else {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
    }

    private static final class Watched<ReqT, RespT> extends SimpleForwardingClientCall<ReqT, RespT> {

        private final CircuitBreaker breaker;

        Watched(ClientCall<ReqT, RespT> call, CircuitBreaker breaker) {
            super(call);
            this.breaker = breaker;
        }

        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
            super.start(new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    record(breaker, status, trailers);
                    super.onClose(status, trailers);
                }
            }, headers);
        }
    }

    private static final class Refused<ReqT, RespT> extends ClientCall<ReqT, RespT> {

        @Override
        public void start(Listener<RespT> listener, Metadata headers) {
            listener.onClose(OPEN, new Metadata());
        }

        @Override
        public void request(int messages) {
            // closed
        }

        @Override
        public void cancel(String message, Throwable cause) {
            // closed
        }

        @Override
        public void halfClose() {
            // closed
        }

        @Override
        public void sendMessage(ReqT message) {
            // closed
        }
    }
}
