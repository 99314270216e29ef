package io.payroute.platform.health;

import io.payroute.testing.Beans;

/** The watch over the servers, for tests of what asks it. */
public final class TestWatch {

    private TestWatch() {
    }

    /** Finds every server, or none. */
    public static ServerWatch of(boolean up) {
        return new ServerWatch(Beans.of()) {
            @Override
            public boolean isUp(String name) {
                return up;
            }
        };
    }
}
