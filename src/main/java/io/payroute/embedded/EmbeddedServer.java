package io.payroute.embedded;

import java.util.Map;

/** One running server: what others need to reach it, and how it stops. */
interface EmbeddedServer {

    /** Configuration keys and their values, printed to whoever started us. */
    Map<String, String> addresses();

    /** Whether it still takes connections. */
    boolean isAlive();

    /** Stops cleanly; must be safe to call once, from a shutdown hook. */
    void stop();
}
