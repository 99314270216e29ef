package io.payroute.platform.work;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * Tells a queue of this process that something was committed for it, so that it is looked at now and not at the next poll. Only a
 * hint: what nobody wakes for, because another process wrote it or this one died, is found by polling.
 */
@ApplicationScoped
public class WakeUps {

    private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();

    /** To be called after the commit. @param queue its name, as after {@code work:} or {@code outbox:} */
    public void wake(String queue) {
        listeners.getOrDefault(queue, List.of()).forEach(Runnable::run);
    }

    /** @param listener returns at once */
    void add(String queue, Runnable listener) {
        listeners.computeIfAbsent(queue, name -> new CopyOnWriteArrayList<>()).add(listener);
    }

    void remove(String queue, Runnable listener) {
        listeners.getOrDefault(queue, List.of()).remove(listener);
    }
}
