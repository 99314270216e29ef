package io.payroute.platform.health;

import java.time.Duration;

/**
 * A server that this process needs and does not run itself.
 *
 * @param name what it is, for the log
 * @param setting the key with its address, where a reader looks first
 * @param address where it should be, without credentials
 * @param pause between two looks while it is there
 * @param look comes back within four seconds, or fails
 */
public record WatchedServer(String name, String setting, String address, Duration pause, Look look) {

    /** Fails when the server is not there. */
    @FunctionalInterface
    public interface Look {
        void at() throws Exception;
    }

    /** What a part of the application needs. */
    @FunctionalInterface
    public interface Source {
        Iterable<WatchedServer> servers();
    }
}
