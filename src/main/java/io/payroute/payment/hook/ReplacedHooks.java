package io.payroute.payment.hook;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;

import io.payroute.platform.hook.ReplacedRoutes;

/** Which hooks the team has replaced: the packaged ones are not called at all, so that a hook which nobody uses costs nothing. */
@ApplicationScoped
public class ReplacedHooks {

    public static final String BEFORE_STORE = "payment-before-store";
    public static final String BEFORE_CHARGE = "payment-before-charge";
    public static final String AFTER_OUTCOME = "payment-after-outcome";

    private final ReplacedRoutes routes;

    public ReplacedHooks(CamelContext context) {
        this.routes = new ReplacedRoutes(context);
    }

    /** @param hook the id of its route */
    public boolean isReplaced(String hook) {
        return routes.isReplaced(hook);
    }
}
