package io.payroute.platform.route;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * A place for a team's own steps: a packaged route from {@code direct:} that passes everything on, and that a file in the folder
 * replaces by its id. What stands here is what the caller of the hook holds to, and what the page for route authors prints.
 *
 * @param id of the route, and behind {@code direct:} its address
 * @param purpose what it is for, as a sentence
 * @param body the type that a step finds as the body
 * @param fields what <code>${body.…}</code> may name, each with its meaning, in the order of the page
 * @param headers those that a step finds, or sets to say something, each with its meaning
 * @param may what the hook may do and what has no effect
 * @param onFailure what has happened and what follows when a step of it fails
 * @param decisions the steps by which it decides, as {@code bean.method}; one of another hook would only fail in it
 */
public record Hook(String id, String purpose, Class<?> body, Map<String, String> fields, Map<String, String> headers,
        String may,
        String onFailure, Set<String> decisions) {

    /** In front of the hook's name: the id of the packaged step. */
    private static final String PASS = "pass-";

    /**
     * What is wrong with a step of a route, known from the declarations alone.
     *
     * @param route its id
     * @param step as {@code bean.method}
     * @return a sentence, or null when nothing is
     */
    public static String misplaced(List<Hook> hooks, String route, String step) {
        Hook here = hooks.stream().filter(hook -> hook.id.equals(route)).findFirst().orElse(null);
        List<String> owners = hooks.stream().filter(hook -> hook.decisions.contains(step)).map(Hook::id).toList();
        if (here == null || owners.isEmpty() || owners.contains(route)) {
            return null;
        }
        return "hook '" + route + "' cannot decide by " + step + ", did you mean hook " + String.join(" or ", owners) + "? It "
                + (here.decisions.isEmpty()
                        ? "decides nothing."
                        : "decides by " + String.join(", ", new TreeSet<>(here.decisions)) + ".");
    }

    /**
     * Whether the team has replaced a hook. The packaged ones have one step, whose name says that it does nothing. It is looked up each
     * time, since a route may be replaced while it runs.
     */
    public static boolean isReplaced(CamelContext context, String hook) {
        RouteDefinition route = context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(hook);
        if (route == null) {
            // It is being replaced at this moment: whoever calls it gets to the new one.
            return true;
        }
        List<ProcessorDefinition<?>> steps = route.getOutputs().stream().filter(step -> !step.isAbstract()).toList();
        return steps.size() != 1 || !(PASS + hook).equals(steps.get(0).getId());
    }

    /** By which a route calls it. */
    public String address() {
        return "direct:" + id;
    }
}
