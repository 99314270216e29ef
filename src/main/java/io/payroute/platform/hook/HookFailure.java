package io.payroute.platform.hook;

import java.io.IOException;

/** A hook could not decide: it failed or took too long. Time may cure that, so it is tried again, and nothing was done meanwhile. */
public final class HookFailure extends IOException {

    private static final long serialVersionUID = 1L;

    public HookFailure(String message) {
        super(message);
    }
}
