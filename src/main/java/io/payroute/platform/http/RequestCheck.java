package io.payroute.platform.http;

import io.payroute.platform.Refusal;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** A check of a request's head before anything of it is dispatched, on the event loop: it must not block. */
public interface RequestCheck {

    /** Key in the routing context that is there where a form may be sent. */
    String FORM = "payroute.form";
    /** Key in the routing context that is there where the caller is known and may see all: what it says of its traces counts. */
    String TRUSTED = "payroute.trusted";
    /** The request may go on. */
    Future<Void> PASSED = Future.succeededFuture();

    /**
     * @return succeeded when the request may go on. A check that has to wait completes it later, from any thread, and fails it
     *     with a {@link Refusal} when the request goes no further
     * @throws Refusal when the request goes no further; headers the answer needs are set on the response before
     */
    Future<Void> check(RoutingContext context);

    /** Whether refusals are told in the envelope of the path's contract, {@code {error, details, code}}, and not as problem+json. */
    default boolean isInEnvelope(RoutingContext context) {
        return false;
    }

    /** Whether the path is open to anonymous callers. They share fewer permits, so that they cannot take those of known callers. */
    default boolean isOpen(RoutingContext context) {
        return false;
    }
}
