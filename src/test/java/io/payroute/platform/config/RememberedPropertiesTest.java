package io.payroute.platform.config;

import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.apache.camel.util.OrderedProperties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RememberedPropertiesTest {

    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void shouldAskTheConfigurationOnceForEachProperty() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            // Given
            context.getPropertiesComponent().addPropertiesSource(new Configuration());
            new RememberedProperties().configure(context);
            assertThat(context.resolvePropertyPlaceholders("{{camel.some}} {{?absent}}")).isEqualTo("value ");

            // When
            String again = context.resolvePropertyPlaceholders("{{camel.some}} {{?absent}}");

            // Then
            assertThat(again).isEqualTo("value ");
            assertThat(questions).hasValue(2);
            assertThat(loads).hasValue(1);
        }
    }

    @Test
    void shouldLoadWhatTheConfigurationHas() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            // Given
            context.getPropertiesComponent().addPropertiesSource(new Configuration());
            new RememberedProperties().configure(context);

            // When
            Properties loaded = context.getPropertiesComponent().loadProperties(name -> name.startsWith("camel."));

            // Then
            assertThat(loaded.stringPropertyNames()).containsExactly("camel.some");
            assertThat(loaded.getProperty("camel.some")).isEqualTo("value");
        }
    }

    private final class Configuration implements LoadablePropertiesSource {

        @Override
        public String getName() {
            return "configuration";
        }

        @Override
        public String getProperty(String name) {
            questions.incrementAndGet();
            return name.equals("camel.some") ? "value" : null;
        }

        @Override
        public Properties loadProperties() {
            loads.incrementAndGet();
            Properties all = new OrderedProperties();
            all.put("camel.some", "value");
            all.put("other", "value");
            return all;
        }

        @Override
        public Properties loadProperties(Predicate<String> filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reloadProperties(String location) {
            throw new UnsupportedOperationException();
        }
    }
}
