package io.payroute.platform.access;

import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;

/** The users' token buckets, wherever they are kept. */
interface Buckets {

    /** Takes one token; must not block. */
    Future<ConsumptionProbe> take(String user);
}
