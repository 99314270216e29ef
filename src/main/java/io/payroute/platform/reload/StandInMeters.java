package io.payroute.platform.reload;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.config.MeterFilter;
import io.payroute.platform.route.StandInIds;
import io.quarkus.arc.Unremovable;

/** What goes through a stand-in is counted for its route. */
final class StandInMeters {

    private static final String ROUTE = "routeId";

    private StandInMeters() {
    }

    @Produces
    @Singleton
    @Unremovable
    static MeterFilter filter() {
        return MeterFilter.replaceTagValues(ROUTE, StandInIds::own);
    }
}
