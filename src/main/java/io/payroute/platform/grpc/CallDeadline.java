package io.payroute.platform.grpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;

/**
 * Bounds every call with a single answer, because a call without a deadline waits for ever on a server that has gone silent.
 * Streams, which are meant to last, are not bounded.
 */
class CallDeadline implements ClientInterceptor {

    private final long millis;

    CallDeadline(Duration deadline) {
        this.millis = deadline.toMillis();
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(MethodDescriptor<ReqT, RespT> method, CallOptions options,
            Channel next) {
        boolean bounded = method.getType() != MethodType.UNARY || options.getDeadline() != null;
        return next.newCall(method, bounded ? options : options.withDeadlineAfter(millis, TimeUnit.MILLISECONDS));
    }
}
