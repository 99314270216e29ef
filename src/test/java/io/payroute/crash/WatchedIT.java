package io.payroute.crash;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;

/** All tests that need the same surroundings, one after the other: started once, and ended with the last of them. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class WatchedIT {

    /** First, since none fires in health. */
    @Nested
    @Order(1)
    class Alerts extends AlertsIT {
    }

    @Nested
    @Order(2)
    class Access extends AccessIT {
    }

    @Nested
    @Order(3)
    class GrpcVisitors extends GrpcVisitorsIT {
    }

    @Nested
    @Order(4)
    class Incidents extends IncidentsIT {
    }

    @AfterAll
    static void endTheSurroundings() {
        Surroundings.end();
    }
}
