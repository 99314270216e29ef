package io.payroute.platform.reload;

import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.route.check.RoutePart;

/** The routes, kamelets and other files by which this process runs, whatever has happened to them since they were read. */
@ApplicationScoped
public class RunningFiles {

    /** Without a folder at the start everything is as it is packaged. */
    private static final ConfigFolder NONE = ConfigFolder.at(Path.of("no folder"));

    /** @param since when it began to run in this process */
    record Running(RoutePart part, Instant since) {

        RoutePart.Text text() {
            return part.own() == null ? part.packaged() : part.own();
        }
    }

    private final Instant started = Instant.now();
    private final Map<String, Running> running = new LinkedHashMap<>();
    private Map<String, String> keys = Map.of();
    private boolean ofFolder;

    /** At the start, what Camel and the others read. */
    public synchronized void remember(ConfigFolder folder) {
        set(RoutePart.all(folder), started);
        keys = folder.properties();
        ofFolder = true;
    }

    /** What has not changed keeps its time. */
    synchronized void set(List<RoutePart> parts, Instant now) {
        Map<String, Running> before = new LinkedHashMap<>(running);
        running.clear();
        for (RoutePart part : parts) {
            Running one = new Running(part, now);
            Running known = before.get(key(part));
            boolean same = known != null && known.text().text().equals(one.text().text());
            running.put(key(part), same ? new Running(part, known.since()) : one);
        }
    }

    /** By {@link #key}, in the order of the package. */
    synchronized Map<String, Running> all() {
        if (running.isEmpty()) {
            set(RoutePart.all(NONE), started);
        }
        return new LinkedHashMap<>(running);
    }

    /** The folder was there, and is not now: it was unmounted, or is just being copied. That brings no packaged route back. */
    synchronized boolean misses(ConfigFolder folder) {
        return ofFolder && !folder.exists();
    }

    /** Those of the folder's application.properties at the start. */
    synchronized Map<String, String> keys() {
        return keys;
    }

    static String key(RoutePart part) {
        return part.kind() + " " + part.id();
    }
}
