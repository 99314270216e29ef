package io.payroute.payment.provider;

import io.payroute.platform.RoleDatabases;

/** Beans of the sandbox's route, for tests that put the route together. */
public final class TestSandbox {

    private TestSandbox() {
    }

    public static SandboxListing listing(RoleDatabases databases) {
        return new SandboxListing(databases);
    }
}
