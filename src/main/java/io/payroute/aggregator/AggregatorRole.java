package io.payroute.aggregator;

/** The role's name: of its package, its routes, its database, its flag and its tag. */
public final class AggregatorRole {

    public static final String NAME = "aggregator";

    private AggregatorRole() {
    }
}
