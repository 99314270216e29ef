package io.payroute.platform.route;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.quarkus.main.events.BeforeInitialize;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorSupport;

import io.quarkus.arc.Unremovable;

/**
 * Carries out the first step of every HTTP route, {@code removeHeaders} of {@code *} with a list of names as
 * {@code excludePattern}, with the list read once. Camel compiles the list as a regular expression for each header of each
 * request, which cost a tenth of what it takes to accept a payment. Every other step is Camel's own.
 */
@ApplicationScoped
@Unremovable
public class HeaderAllowList implements InterceptStrategy {

    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_-]+(\\|[A-Za-z0-9_-]+)*");

    /** Before any route is built: one that is keeps the steps it has. */
    void register(@Observes BeforeInitialize starting) {
        starting.getCamelContext().getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target,
            Processor nextTarget) {
        if (definition instanceof RemoveHeadersDefinition strip && "*".equals(strip.getPattern())
                && strip.getExcludePattern() != null && NAMES.matcher(strip.getExcludePattern()).matches()) {
            return new Strip(strip.getExcludePattern().split("\\|"));
        }
        return target;
    }

    private static final class Strip extends AsyncProcessorSupport {

        private final Set<String> kept = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

        Strip(String[] names) {
            kept.addAll(Set.of(names));
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (exchange.getMessage().hasHeaders()) {
                exchange.getMessage().getHeaders().keySet().removeIf(name -> !kept.contains(name));
            }
            callback.done(true);
            return true;
        }
    }
}
