package io.payroute.gateway;

/** The name of this role. */
final class GatewayRole {

    static final String NAME = "gateway";

    private GatewayRole() {
    }
}
