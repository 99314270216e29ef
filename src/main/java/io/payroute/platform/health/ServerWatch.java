package io.payroute.platform.health;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;

import org.jboss.logging.Logger;

import io.payroute.platform.Causes;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

/**
 * Says within five seconds, once, that a server is unavailable, with the key to check, and once more when it is back. Each is
 * probed by a thread of its own, so that one that does not answer hides no other.
 */
@ApplicationScoped
public class ServerWatch {

    private static final Logger LOG = Logger.getLogger(ServerWatch.class);
    /** While a server is unavailable, and the pause of those whose probes cost nothing. */
    public static final Duration OFTEN = Duration.ofSeconds(1);

    private final Instance<WatchedServer.Source> sources;
    private final Map<String, Long> unavailableSince = new ConcurrentHashMap<>();
    private final Map<String, Boolean> seen = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(0, task -> {
        Thread thread = new Thread(task, "server-watch");
        thread.setDaemon(true);
        return thread;
    });

    ServerWatch(Instance<WatchedServer.Source> sources) {
        this.sources = sources;
    }

    void start(@Observes StartupEvent started) {
        sources.forEach(source -> source.servers().forEach(this::watch));
    }

    void watch(WatchedServer server) {
        threads.setCorePoolSize(threads.getCorePoolSize() + 1);
        threads.execute(() -> probe(server));
    }

    /** Whether the last probe found it. */
    public boolean isUp(String name) {
        return seen.getOrDefault(name, false);
    }

    private void probe(WatchedServer server) {
        boolean up = isThere(server);
        long pause = up ? server.pause().toMillis() : Math.min(server.pause().toMillis(), OFTEN.toMillis());
        if (!threads.isShutdown()) {
            threads.schedule(() -> probe(server), pause, TimeUnit.MILLISECONDS);
        }
    }

    private boolean isThere(WatchedServer server) {
        try {
            server.probe().at();
            Long since = unavailableSince.remove(server.name());
            seen.put(server.name(), true);
            if (since != null) {
                LOG.infof("event=server-back server=%s address=%s unavailableSeconds=%d", server.name(), server.address(),
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            seen.put(server.name(), false);
            if (!threads.isShutdown() && unavailableSince.putIfAbsent(server.name(), System.nanoTime()) == null) {
                say(server, e);
            }
        }
        return false;
    }

    static void say(WatchedServer server, Exception cause) {
        LOG.warnf("event=server-unreachable server=%s address=%s setting=%s cause=\"%s\"", server.name(), server.address(),
                server.setting(), Causes.brief(cause));
    }

    /** Before anything else stops: what this process closes itself does not count as unavailable. */
    void stop(@Observes @Priority(1) ShutdownEvent stopping) {
        threads.shutdownNow();
    }
}
