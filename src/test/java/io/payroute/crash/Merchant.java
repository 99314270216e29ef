package io.payroute.crash;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;

import io.payroute.crash.Caller.Request;
import io.payroute.crash.FaultyReceiver.Reply;

/**
 * A merchant who wants to be told of every payment: checks each webhook as Standard Webhooks has it, fails some of them once, each
 * in a way of its own, and counts what it took. A second endpoint of his is gone. It lives as long as the test does.
 */
final class Merchant implements AutoCloseable {

    /** One of so many fails when it comes for the first time. */
    private static final int FAILED = 10;
    private static final String HOOKS = "/hooks";
    private static final List<Reply> FAULTS = List.of(Reply.BROKEN, Reply.BUSY, Reply.DROPPED, Reply.CUT, Reply.GARBAGE,
            Reply.SLOW, Reply.AWAY);
    /** Whoever comes while it is unavailable fails, for the second time or the third; so that is seldom. */
    private static final Duration PRESENCE = Duration.ofSeconds(3);

    private final int port;
    private final FaultyReceiver receiver;
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    private final Map<Reply, Integer> faults = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private CompletableFuture<Webhook> secret;
    private int next;
    private long presentUntil = System.nanoTime();

    Merchant(int port) {
        this.port = port;
        receiver = new FaultyReceiver(port, this::take);
    }

    /** @return done when the application has taken the endpoints; requested only once */
    synchronized CompletableFuture<Webhook> register(Caller caller) {
        if (secret == null) {
            secret = endpoint(caller, "/gone").thenCompose(gone -> endpoint(caller, HOOKS));
        }
        return secret;
    }

    private CompletableFuture<Webhook> endpoint(Caller caller, String path) {
        String url = "http://127.0.0.1:" + port + path;
        return caller.post(new Request("/api/v1/webhook-endpoints", "merchant" + path, "{\"url\":\"" + url + "\"}", false))
                .thenApply(answer -> new Webhook(answer.must().getJsonObject("webhook_endpoint").getString("secret")));
    }

    private Reply take(String path, HttpHeaders headers, String body) {
        if (!path.equals(HOOKS)) {
            return Reply.GONE;
        }
        String id = headers.firstValue("webhook-id").orElse("none");
        try {
            secret.join().verify(body, headers);
        } catch (WebhookVerificationException e) {
            complaints.add(id + ": " + e.getMessage());
            return Reply.BAD;
        }
        if (!body.equals(bodies.computeIfAbsent(id, first -> body))) {
            complaints.add(id + " came with another body: " + body);
            return Reply.BAD;
        }
        if (Math.floorMod(id.hashCode(), FAILED) == 0 && failed.add(id)) {
            Reply fault = nextFault();
            faults.merge(fault, 1, Integer::sum);
            return fault;
        }
        taken.merge(id, 1, Integer::sum);
        return Reply.TAKEN;
    }

    private synchronized Reply nextFault() {
        Reply fault = FAULTS.get(next++ % FAULTS.size());
        if (fault != Reply.AWAY) {
            return fault;
        }
        if (System.nanoTime() - presentUntil < 0) {
            return Reply.DROPPED;
        }
        presentUntil = System.nanoTime() + PRESENCE.toNanos();
        return fault;
    }

    /** How often each webhook-id was taken. */
    Map<String, Integer> taken() {
        return Map.copyOf(taken);
    }

    /** How often it failed in which way. */
    Map<Reply, Integer> faults() {
        return new TreeMap<>(faults);
    }

    /** What should never have come. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        receiver.close();
    }
}
