package io.payroute.platform.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.payroute.platform.trace.Span;
import io.payroute.platform.trace.TraceContext;
import io.payroute.platform.trace.Traces;

/** Carries the trace in a call's metadata: our calls say what they are part of, and what is called goes on with it. */
final class CallTrace implements ClientInterceptor, ServerInterceptor {

    private static final Metadata.Key<String> HEADER = Metadata.Key.of(TraceContext.HEADER, Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        TraceContext current = TraceContext.current();
        ClientCall<Q, R> call = next.newCall(method, options);
        return current == null ? call : new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<R> answers, Metadata headers) {
                headers.put(HEADER, current.header());
                super.start(answers, headers);
            }
        };
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        TraceContext parent = Traces.areOn() ? TraceContext.parse(headers.get(HEADER)) : null;
        if (parent == null) {
            return next.startCall(call, headers);
        }
        String method = call.getMethodDescriptor().getFullMethodName();
        Span span = Traces.begin(Span.Kind.SERVER, method, parent).set("rpc.method", method);
        ServerCall<Q, R> traced = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                if (!status.isOk()) {
                    span.failed(status.getCode().name());
                }
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(traced, headers)) {
            /** The call's route runs in here. */
            @Override
            public void onHalfClose() {
                TraceContext before = TraceContext.enter(span.context());
                try {
                    super.onHalfClose();
                } finally {
                    TraceContext.enter(before);
                }
            }

            @Override
            public void onComplete() {
                super.onComplete();
                span.end();
            }

            @Override
            public void onCancel() {
                super.onCancel();
                span.failed("CANCELLED").end();
            }
        };
    }
}
