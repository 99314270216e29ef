package io.payroute.platform.route;

import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;

/** What a route from Kafka must keep, so that no record is lost and a stop is not held up. */
final class KafkaRules {

    private static final String BATCH = "kafkaBatch";
    private static final String RECORDS = "records";
    private static final String COMMIT = "commit";

    private KafkaRules() {
    }

    /** @param wrong takes what is wrong: where, null for the route as a whole, and the sentence behind the route's name */
    static void check(RouteDefinition route, BiConsumer<String, String> wrong) {
        if (RouteRules.SHARED.equals(route.getGroup())) {
            wrong.accept(null, "must belong to a role: its dead letters go into the role's database.");
        }
        if (callsInSplit(route)) {
            wrong.accept(null,
                    "must call the route of one record by enrich with recordOutcome: after a handled failure 'to' ends "
                            + "the split, and the rest of the batch would be lost.");
        }
        List<ProcessorDefinition<?>> steps = RouteRules.steps(route);
        if (steps.stream().filter(step -> is(step, RECORDS)).count() != 1) {
            wrong.accept(recordsElsewhere(route),
                    "must take its records by one step, 'bean' with ref kafkaBatch and method records: an expression "
                            + "cannot end the exchange while the application stops, and the stop would wait for what "
                            + "the batch goes on to.");
        }
        // A commit before the work, or none, loses what fails after it, or repeats everything for ever.
        if (steps.stream().filter(step -> is(step, COMMIT)).count() != 1 || !is(steps.get(steps.size() - 1), COMMIT)) {
            wrong.accept(null,
                    "must end with the step kafkaBatch.commit, and have it nowhere else: offsets are committed after "
                            + "the work.");
        }
    }

    private static boolean is(ProcessorDefinition<?> step, String method) {
        return step instanceof BeanDefinition bean && BATCH.equals(bean.getRef()) && method.equals(bean.getMethod());
    }

    /** @return the expression that stands for the step, as it is written; null where there is none */
    private static String recordsElsewhere(RouteDefinition route) {
        for (ExpressionNode step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ExpressionNode.class)) {
            ExpressionDefinition expression = step.getExpression();
            if (expression instanceof MethodCallExpression call && BATCH.equals(call.getRef())) {
                return call.getMethod();
            }
            if (expression != null && expression.getExpression() != null && expression.getExpression().contains(BATCH)) {
                return expression.getExpression();
            }
        }
        return null;
    }

    private static boolean callsInSplit(RouteDefinition route) {
        Collection<SplitDefinition> splits = ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(),
                SplitDefinition.class);
        return splits.stream().anyMatch(split -> !ProcessorDefinitionHelper
                .filterTypeInOutputs(split.getOutputs(), ToDefinition.class).isEmpty()
                || !ProcessorDefinitionHelper.filterTypeInOutputs(split.getOutputs(), ToDynamicDefinition.class).isEmpty());
    }
}
