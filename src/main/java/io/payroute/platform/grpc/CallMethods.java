package io.payroute.platform.grpc;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;

/**
 * The methods of a service that one server has. A service may be served in parts, at several ports: a call of another part is
 * answered with UNIMPLEMENTED. A method that answers with a stream is not one exchange: its route is begun, and what it has begun
 * goes on with the stream.
 */
final class CallMethods {

    /** Metadata of a call that goes on where an earlier one ended; header of every stream, and trailer of one that is ended. */
    static final Metadata.Key<String> CURSOR = Metadata.Key.of("payroute-cursor", Metadata.ASCII_STRING_MARSHALLER);
    static final Context.Key<String> CURSOR_SENT = Context.key("payroute-cursor");
    static final Context.Key<Consumer<String>> OPENING = Context.key("payroute-opening");

    private static final Status ELSEWHERE = Status.UNIMPLEMENTED.withDescription("this port does not serve the method");

    /** Begins a stream. */
    @FunctionalInterface
    interface Streams {
        void begin(String method, Object request, ServerCallStreamObserver<Object> answers);
    }

    private CallMethods() {
    }

    /**
     * @param names comma separated, empty for all
     * @throws IllegalArgumentException when there is no such method
     */
    static ServerServiceDefinition served(ServerServiceDefinition service, String names, Streams streams) {
        Set<String> wanted = Arrays.stream(names.split(",")).map(String::trim).filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> unknown = new TreeSet<>(wanted);
        ServerServiceDefinition.Builder served = ServerServiceDefinition.builder(service.getServiceDescriptor());
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            String name = method.getMethodDescriptor().getBareMethodName();
            unknown.remove(name);
            if (wanted.isEmpty() || wanted.contains(name)) {
                served.addMethod(method(method, name, streams));
            } else {
                served.addMethod(elsewhere(method));
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(service.getServiceDescriptor().getName() + " has no methods " + unknown);
        }
        return served.build();
    }

    private static <A, B> ServerMethodDefinition<A, B> elsewhere(ServerMethodDefinition<A, B> method) {
        return method.withServerCallHandler((call, headers) -> {
            call.close(ELSEWHERE, new Metadata());
            return new ServerCall.Listener<>() {
            };
        });
    }

    private static <A, B> ServerMethodDefinition<A, B> method(ServerMethodDefinition<A, B> method, String name,
            Streams streams) {
        if (method.getMethodDescriptor().getType() != MethodType.SERVER_STREAMING) {
            return method;
        }
        String camel = Character.toLowerCase(name.charAt(0)) + name.substring(1);
        ServerCallHandler<A, B> handler = ServerCalls.asyncServerStreamingCall((request, answers) -> {
            @SuppressWarnings("unchecked")
            ServerCallStreamObserver<Object> observer = (ServerCallStreamObserver<Object>) (ServerCallStreamObserver<?>) answers;
            streams.begin(camel, request, observer);
        });
        return method.withServerCallHandler((call, headers) -> {
            OpenedCall<A, B> opened = new OpenedCall<>(call);
            return Contexts.interceptCall(
                    Context.current().withValues(CURSOR_SENT, headers.get(CURSOR), OPENING, opened::open), opened, headers,
                    handler);
        });
    }

    /** Its head may leave before the first answer, with the cursor that the stream begins at. */
    private static final class OpenedCall<A, B> extends SimpleForwardingServerCall<A, B> {

        private boolean sent;

        OpenedCall(ServerCall<A, B> call) {
            super(call);
        }

        void open(String cursor) {
            Metadata head = new Metadata();
            head.put(CURSOR, cursor);
            sendHeaders(head);
        }

        @Override
        public void sendHeaders(Metadata head) {
            if (!sent) {
                sent = true;
                super.sendHeaders(head);
            }
        }
    }
}
