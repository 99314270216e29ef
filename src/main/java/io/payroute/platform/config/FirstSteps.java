package io.payroute.platform.config;

import java.util.Optional;

/** What a role has to say at the end of a start, by a bean of this type. */
public interface FirstSteps {

    String role();

    /**
     * Commands to try next, a line each; said in embedded mode only.
     *
     * @param http host and port of this process
     */
    String text(String http);

    /** What an operator of an external installation must know. */
    default Optional<String> warning() {
        return Optional.empty();
    }
}
