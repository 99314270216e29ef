package io.payroute.platform.config;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.main.Main;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.quarkus.main.events.BeforeConfigure;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ParsedOnceTest {

    private static final String FILES = "classpath:routes/shared/*.camel.yaml";

    @Test
    void shouldLeaveTheFilesToTheParsingThatCounts() throws Exception {
        // Given
        Main main = new Main();
        try (CamelContext context = new DefaultCamelContext()) {
            main.setRoutesCollector(new DefaultRoutesCollector());
            assertThat(main.getRoutesCollector().findRouteResourcesFromDirectory(context, null, FILES)).isNotEmpty();

            // When
            new ParsedOnce().configure(new BeforeConfigure(main));

            // Then
            RoutesCollector collector = main.getRoutesCollector();
            assertThat(collector.findRouteResourcesFromDirectory(context, null, FILES)).isEmpty();
            assertThat(collector.collectRoutesFromDirectory(context, null, FILES)).isNotEmpty();
        }
    }
}
