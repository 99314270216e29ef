package io.payroute.crash;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.payroute.crash.FaultyReceiver.Reply;
import io.vertx.core.json.JsonObject;

/**
 * The systems of a team that has hooks and a channel of its own: one hears of outcomes, one is a chat. Each counts what it was told. The
 * first refuses some outcomes until it is mended. It lives as long as the test does.
 */
final class Team implements AutoCloseable {

    /** One of so many outcomes is refused. */
    private static final int REFUSED = 16;

    private final FaultyReceiver receiver;
    private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();
    private final Map<String, Integer> messages = new ConcurrentHashMap<>();
    private volatile boolean mended;

    Team(int port) {
        receiver = new FaultyReceiver(port, (path, headers, body) -> path.equals("/chat") ? chat(body) : outcome(body));
    }

    private Reply chat(String key) {
        messages.merge(key, 1, Integer::sum);
        return Reply.TAKEN;
    }

    private Reply outcome(String body) {
        String event = new JsonObject(body).getString("event_id");
        if (!mended && Math.floorMod(event.hashCode(), REFUSED) == 0) {
            return Reply.BROKEN;
        }
        outcomes.merge(event, 1, Integer::sum);
        return Reply.TAKEN;
    }

    void mend() {
        mended = true;
    }

    /** How often each event was told. */
    Map<String, Integer> outcomes() {
        return Map.copyOf(outcomes);
    }

    /** How often each message was sent, by its key. */
    Map<String, Integer> messages() {
        return Map.copyOf(messages);
    }

    @Override
    public void close() {
        receiver.close();
    }
}
