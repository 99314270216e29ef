package io.payroute.platform.reload;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import org.apache.camel.quarkus.main.events.AfterStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Refusal;
import io.payroute.platform.config.FolderHash;
import io.payroute.platform.reload.Reload.Result;

/**
 * Reloads when a file of the folder has changed and then stayed the same for one look. It compares content, because mounted volumes are
 * exchanged as a whole, by links, which no watch of a folder notices everywhere.
 */
@ApplicationScoped
class FolderWatch {

    private static final Logger LOG = Logger.getLogger(FolderWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final boolean on;
    private final Supplier<String> hash;
    private final Runnable reload;
    private final Duration pause;
    private ScheduledExecutorService timer;
    private String known;
    private String seen;

    @Inject
    FolderWatch(@ConfigProperty(name = "payroute.config.watch") boolean on, RouteReload reload) {
        this(on, () -> FolderHash.of(ConfigFolder.ofProcess()), () -> takeUp(reload), PAUSE);
    }

    /** What was refused or failed is as good as the files are; a route that is busy may be changed later. */
    private static void takeUp(RouteReload reload) {
        if (reload.reload("watch").result() == Result.BUSY) {
            throw Refusal.conflict("A route is busy.");
        }
    }

    /** @param pause between two looks */
    FolderWatch(boolean on, Supplier<String> hash, Runnable reload, Duration pause) {
        this.on = on;
        this.hash = hash;
        this.reload = reload;
        this.pause = pause;
    }

    void start(@Observes AfterStart started) {
        start();
    }

    void start() {
        if (on) {
            known = hash.get();
            seen = known;
            timer = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "config-watch");
                thread.setDaemon(true);
                return thread;
            });
            timer.scheduleWithFixedDelay(this::look, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            String now = hash.get();
            boolean still = now.equals(seen);
            seen = now;
            if (still && !now.equals(known)) {
                reload.run();
                known = now;
            }
        } catch (Refusal busy) {
            // Next time.
        } catch (RuntimeException e) {
            LOG.warnf("event=config-watch-failed cause=%s", e.getMessage());
        }
    }

    @PreDestroy
    void stop() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
