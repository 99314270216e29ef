package io.payroute.platform.health;

import java.time.Duration;

/**
 * A server that this process needs and does not run itself.
 *
 * @param name what it is, for the log
 * @param setting the key with its address, which a reader should check first
 * @param address where it should be, without credentials
 * @param pause between two probes while it is there
 * @param probe comes back within four seconds, or fails
 */
public record WatchedServer(String name, String setting, String address, Duration pause, Probe probe) {

    /** Fails when the server is not there. */
    @FunctionalInterface
    public interface Probe {
        void at() throws Exception;
    }

    /** What a part of the application needs. */
    @FunctionalInterface
    public interface Source {
        Iterable<WatchedServer> servers();
    }
}
