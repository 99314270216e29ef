package io.payroute.platform.config;

import java.util.Collection;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.quarkus.main.events.BeforeConfigure;
import org.apache.camel.spi.Resource;

/**
 * Has Camel parse each packaged route file once. It does so twice at a start: before, for what a file says about its own dependencies,
 * which ours never do, takes as long as the parsing itself.
 */
@ApplicationScoped
class ParsedOnce {

    void configure(@Observes BeforeConfigure starting) {
        starting.getMain().setRoutesCollector(new Collector(starting.getMain().getRoutesCollector()));
    }

    private record Collector(RoutesCollector collector) implements RoutesCollector {

        @Override
        public boolean isIgnoreLoadingError() {
            return collector.isIgnoreLoadingError();
        }

        @Override
        public void setIgnoreLoadingError(boolean ignore) {
            collector.setIgnoreLoadingError(ignore);
        }

        @Override
        public Collection<RoutesBuilder> collectRoutesFromRegistry(CamelContext context, String exclude, String include) {
            return collector.collectRoutesFromRegistry(context, exclude, include);
        }

        @Override
        public Collection<RoutesBuilder> collectRoutesFromDirectory(CamelContext context, String exclude, String include) {
            return collector.collectRoutesFromDirectory(context, exclude, include);
        }

        /** Asked for to parse them beforehand, and for nothing else. */
        @Override
        public Collection<Resource> findRouteResourcesFromDirectory(CamelContext context, String exclude, String include) {
            return List.of();
        }
    }
}
