package io.payroute.platform.config;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.apache.camel.util.OrderedProperties;

import io.quarkus.arc.Unremovable;

/**
 * Answers Camel from memory once it has asked for the configuration. Every placeholder of every route is a question for one
 * property, and for each that is found Camel has all of them read once more to see where it stands: that was a third of the
 * start. What is configured does not change while the process runs.
 */
@Singleton
@Unremovable
class RememberedProperties implements CamelContextCustomizer {

    @Override
    public void configure(CamelContext context) {
        context.getPropertiesComponent().getPropertiesSources()
                .replaceAll(source -> source instanceof LoadablePropertiesSource all ? new Remembering(all) : source);
    }

    private static final class Remembering implements LoadablePropertiesSource {

        private final LoadablePropertiesSource source;
        private final Map<String, Optional<String>> answers = new ConcurrentHashMap<>();
        private Properties all;

        Remembering(LoadablePropertiesSource source) {
            this.source = source;
        }

        @Override
        public String getName() {
            return source.getName();
        }

        @Override
        public String getProperty(String name) {
            return answers.computeIfAbsent(name, key -> Optional.ofNullable(source.getProperty(key))).orElse(null);
        }

        @Override
        public synchronized Properties loadProperties() {
            if (all == null) {
                all = source.loadProperties();
            }
            return all;
        }

        @Override
        public Properties loadProperties(Predicate<String> filter) {
            Properties some = new OrderedProperties();
            Properties known = loadProperties();
            for (String name : known.stringPropertyNames()) {
                if (filter.test(name)) {
                    some.put(name, known.getProperty(name));
                }
            }
            return some;
        }

        @Override
        public void reloadProperties(String location) {
            source.reloadProperties(location);
        }
    }
}
