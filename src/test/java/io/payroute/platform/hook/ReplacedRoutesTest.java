package io.payroute.platform.hook;

import java.util.List;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;

class ReplacedRoutesTest {

    private static final String HOOK = "payment-before-store";
    private static final String OWN = """
            - route:
                id: payment-before-store
                from:
                  uri: direct:payment-before-store
                  steps:
                    - log:
                        id: own
                        message: own
            """;

    private final DefaultCamelContext context = Routes.context();
    private final ReplacedRoutes replaced = new ReplacedRoutes(context);

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldKnowOfEachChangeAtOnce() throws Exception {
        // Given
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/05-hooks.camel.yaml");

        // When
        boolean packaged = replaced.isReplaced(HOOK);
        update(OWN);
        boolean own = replaced.isReplaced(HOOK);
        context.removeRouteDefinition(context.getRouteDefinition(HOOK));
        boolean between = replaced.isReplaced(HOOK);
        Routes.load(context, "payment/05-hooks.camel.yaml");
        boolean packagedAgain = replaced.isReplaced(HOOK);

        // Then
        assertThat(List.of(packaged, own, between, packagedAgain)).containsExactly(false, true, true, false);
    }

    private void update(String route) throws Exception {
        PluginHelper.getRoutesLoader(context).updateRoutes(List.of(ResourceHelper.fromString("own.camel.yaml", route)));
    }
}
