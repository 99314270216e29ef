package io.payroute.crash;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.payroute.crash.Caller.Request;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a person does while the application comes and goes: approves what a hook holds, and replays dead letters. */
final class Operator implements AutoCloseable {

    private final Caller caller;
    private final Supplier<ApplicationProcess> application;
    private ScheduledExecutorService approving;

    /** @param application the one that runs now */
    Operator(Caller caller, Supplier<ApplicationProcess> application) {
        this.caller = caller;
        this.application = application;
    }

    /** Approves each payment that a hook holds as soon as he sees it, and sees each again until it is approved. */
    void approveWhatIsHeld() {
        if (approving == null) {
            approving = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "operator");
                thread.setDaemon(true);
                return thread;
            });
            approving.scheduleWithFixedDelay(this::approve, 0, 200, TimeUnit.MILLISECONDS);
        }
    }

    private void approve() {
        try {
            ApplicationProcess running = application.get();
            new JsonObject(running.get("/api/v1/payments?status=review&limit=100").join().body()).getJsonArray("payments")
                    .forEach(payment -> running.post("/api/v1/payments/" + ((JsonObject) payment).getString("id") + "/approve")
                            .join());
        } catch (RuntimeException e) {
            // It is down, or comes up.
        }
    }

    /** What the application answers once it answers at all. */
    JsonObject get(String path) {
        return caller.get(path, answer -> true).orTimeout(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS).join().must();
    }

    /** All dead letters of a role. @return how many */
    int replay(String role) {
        JsonArray ids = new JsonArray();
        for (JsonArray page = deadLetters(role, 0); !page.isEmpty(); page = deadLetters(role, ids.getLong(ids.size() - 1))) {
            page.forEach(letter -> ids.add(((JsonObject) letter).getValue("id")));
        }
        if (!ids.isEmpty()) {
            caller.post(new Request("/api/v1/dead-letters/" + role + "/replay", "replay",
                    new JsonObject().put("ids", ids).encode(), false))
                    .orTimeout(TestBed.PATIENCE.toSeconds(), TimeUnit.SECONDS).join().must();
        }
        return ids.size();
    }

    private JsonArray deadLetters(String role, long after) {
        return get("/api/v1/dead-letters/" + role + "?after=" + after).getJsonArray("dead_letters");
    }

    @Override
    public void close() {
        if (approving != null) {
            approving.shutdownNow();
        }
    }
}
