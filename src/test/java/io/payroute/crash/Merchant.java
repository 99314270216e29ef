package io.payroute.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.payroute.crash.Caller.Request;

/**
 * A merchant who wants to be told of every payment: checks each webhook as Standard Webhooks has it, refuses a few of them once,
 * and counts what it took. It lives as long as the test does.
 */
final class Merchant implements AutoCloseable {

    /** One of so many is refused when it comes for the first time. */
    private static final int REFUSED = 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "merchant");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private CompletableFuture<Webhook> secret;

    Merchant() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/hooks", this::handle);
        server.start();
    }

    /** @return done when the application has taken the endpoint; asked for only once */
    synchronized CompletableFuture<Webhook> register(Caller caller) {
        if (secret == null) {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks";
            secret = caller.post(new Request("/api/v1/webhook-endpoints", "merchant", "{\"url\":\"" + url + "\"}", false))
                    .thenApply(answer -> new Webhook(answer.must().getJsonObject("webhook_endpoint").getString("secret")));
        }
        return secret;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(take(exchange.getRequestHeaders(), body), -1);
        }
    }

    private int take(Map<String, List<String>> headers, String body) {
        HttpHeaders read = HttpHeaders.of(headers, (name, value) -> true);
        String id = read.firstValue("webhook-id").orElse("none");
        try {
            secret.join().verify(body, read);
        } catch (WebhookVerificationException e) {
            complaints.add(id + ": " + e.getMessage());
            return 400;
        }
        if (!body.equals(bodies.computeIfAbsent(id, first -> body))) {
            complaints.add(id + " came with another body: " + body);
            return 400;
        }
        if (Math.floorMod(id.hashCode(), REFUSED) == 0 && refused.add(id)) {
            return 500;
        }
        taken.merge(id, 1, Integer::sum);
        return 204;
    }

    /** How often each webhook-id was taken. */
    Map<String, Integer> taken() {
        return Map.copyOf(taken);
    }

    /** What should never have come. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
