package io.payroute.embedded;

import java.util.Map;

/** One server: what others need to reach it, which is settled before it starts, and how it starts and stops. */
interface EmbeddedServer {

    /** Configuration keys and their values, printed to whoever started us; more of them once it has started. */
    Map<String, String> addresses();

    /** Returns when it takes connections. */
    void start();

    /** Whether it still takes connections. */
    boolean isAlive();

    /** Stops cleanly; must be safe to call once, from a shutdown hook. */
    void stop();
}
