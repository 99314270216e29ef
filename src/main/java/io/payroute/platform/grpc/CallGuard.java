package io.payroute.platform.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Stands around every call of a server: refuses what was not admitted, and gives each failure the code it deserves and no text
 * but its own.
 */
class CallGuard implements ServerInterceptor {

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(ServerCall<ReqT, RespT> call, Metadata headers,
            ServerCallHandler<ReqT, RespT> next) {
        if (!CallExecutor.admitted()) {
            call.close(Status.RESOURCE_EXHAUSTED.withDescription("too many calls are waiting"), new Metadata());
            return new ServerCall.Listener<>() {
            };
        }
        GuardedCall<ReqT, RespT> guarded = new GuardedCall<>(call);
        return new GuardedListener<>(next.startCall(guarded, headers), guarded);
    }

    private static final class GuardedCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {

        private boolean closed;

        GuardedCall(ServerCall<ReqT, RespT> call) {
            super(call);
        }

        // A route that ends without a body would be taken for one that answers with every field at its default.
        @Override
        public void sendMessage(RespT message) {
            if (message == null) {
                close(Status.INTERNAL.withCause(new IllegalStateException("the route has no answer")), new Metadata());
            } else {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            String method = getMethodDescriptor().getFullMethodName();
            if (status.isOk()) {
                super.close(status, trailers);
            } else {
                Status told = CallStatus.told(status, method);
                trailers.merge(CallStatus.details(status, told));
                super.close(told, trailers);
            }
        }
    }

    /** A handler that throws instead of answering. */
    private static final class GuardedListener<ReqT, RespT> extends SimpleForwardingServerCallListener<ReqT> {

        private final GuardedCall<ReqT, RespT> call;

        GuardedListener(ServerCall.Listener<ReqT> listener, GuardedCall<ReqT, RespT> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onHalfClose() {
            try {
                super.onHalfClose();
            } catch (RuntimeException e) {
                call.close(Status.INTERNAL.withCause(e), new Metadata());
            }
        }

        @Override
        public void onMessage(ReqT message) {
            try {
                super.onMessage(message);
            } catch (RuntimeException e) {
                call.close(Status.INTERNAL.withCause(e), new Metadata());
            }
        }
    }
}
