package io.payroute.payment.hook;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * Which hooks the team has replaced. The packaged ones have one step, whose name says that it does nothing: they are not called at
 * all, so that a hook which nobody uses costs nothing. It is looked up each time, since a route may be replaced while it runs.
 */
@ApplicationScoped
public class ReplacedHooks {

    public static final String BEFORE_STORE = "payment-before-store";
    public static final String BEFORE_CHARGE = "payment-before-charge";
    public static final String AFTER_OUTCOME = "payment-after-outcome";
    /** In front of the hook's name: the id of the packaged step. */
    private static final String PASS = "pass-";

    private final CamelContext context;

    public ReplacedHooks(CamelContext context) {
        this.context = context;
    }

    /** @param hook the id of its route */
    public boolean isReplaced(String hook) {
        RouteDefinition route = context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(hook);
        if (route == null) {
            // It is being replaced at this moment: whoever calls it gets to the new one.
            return true;
        }
        List<ProcessorDefinition<?>> steps = route.getOutputs().stream().filter(step -> !step.isAbstract()).toList();
        return steps.size() != 1 || !(PASS + hook).equals(steps.get(0).getId());
    }
}
