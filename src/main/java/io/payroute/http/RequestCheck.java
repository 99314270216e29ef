package io.payroute.http;

import io.vertx.ext.web.RoutingContext;

/** A look at a request's head before anything of it is dispatched, on the event loop: it must not block. */
public interface RequestCheck {

    /** @throws ProblemException when the request goes no further; headers the answer needs are set on the response before */
    void check(RoutingContext context);
}
