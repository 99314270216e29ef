package io.payroute.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;

/** A collector of traces: OTLP over HTTP, as much of it as a test looks at. */
final class Collector implements AutoCloseable {

    /** Fields of opentelemetry.proto.trace.v1. */
    private static final int TRACE_ID = 1;
    private static final int SPAN_ID = 2;
    private static final int PARENT = 4;
    private static final int NAME = 5;
    private static final int ATTRIBUTES = 9;

    record Span(String traceId, String id, String parent, String name, Map<String, String> attributes) {
    }

    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/v1/traces", exchange -> {
            read(exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Span> of(String traceId) {
        return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
    }

    /** Resources, scopes in them, spans in those. */
    private void read(byte[] request) throws IOException {
        parts(UnknownFieldSet.parseFrom(request), 1).flatMap(resource -> parts(resource, 2)).flatMap(scope -> parts(scope, 2))
                .forEach(
                        span -> spans.add(new Span(hex(span, TRACE_ID), hex(span, SPAN_ID), hex(span, PARENT), text(span, NAME),
                                attributes(span))));
    }

    private static Map<String, String> attributes(UnknownFieldSet span) {
        Map<String, String> attributes = new HashMap<>();
        parts(span, ATTRIBUTES).forEach(pair -> parts(pair, 2).forEach(value -> attributes.put(text(pair, 1),
                value.hasField(1) ? text(value, 1) : value.getField(3).getVarintList().toString())));
        return attributes;
    }

    private static Stream<UnknownFieldSet> parts(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().stream().map(Collector::message);
    }

    private static UnknownFieldSet message(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(UnknownFieldSet message, int field) {
        return bytes(message, field).toString(StandardCharsets.UTF_8);
    }

    private static String hex(UnknownFieldSet message, int field) {
        return HexFormat.of().formatHex(bytes(message, field).toByteArray());
    }

    private static ByteString bytes(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().stream().findFirst().orElse(ByteString.EMPTY);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
