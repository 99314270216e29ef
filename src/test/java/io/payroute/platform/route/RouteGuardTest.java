package io.payroute.platform.route;

import java.util.List;
import java.util.Set;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.TestRoles;
import io.payroute.testing.Beans;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RouteGuardTest {

    private final DefaultCamelContext context = Routes.context();

    /** A role's configuration that names one provider. */
    private record Provider(String role, String name) implements RouteGuard.Needs {
        @Override
        public List<String> missing(Set<String> routeIds) {
            return routeIds.contains("provider-" + name) ? List.of() : List.of("There is no provider-" + name + ".");
        }
    }

    @BeforeEach
    void load() throws Exception {
        Routes.load(context, "shared/error-handling.camel.yaml");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:provider-known").routeId("provider-known").routeDescription("A provider.").routeGroup("payment")
                        .routeConfigurationId("provider").to("log:known");
            }
        });
        context.addComponent("outbox", new DirectComponent());
    }

    private void publish(String role) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("outbox:" + role).routeId(role + "-outbox").routeDescription("Publishes.").routeGroup(role)
                        .routeConfigurationId("work").autoStartup(false).to("kafka:outbox?brokers=localhost:9");
            }
        });
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldStopTheStartWhenNothingPublishesTheEventsOfARole() {
        // Given
        guard();

        // When
        assertThatThrownBy(context::start)

                // Then
                .hasStackTraceContaining("Role 'payment' has no route from outbox:payment");
    }

    @Test
    void shouldStopTheStartWhenARouteIsMissing() throws Exception {
        // Given
        publish("payment");
        guard(new Provider("payment", "known"), new Provider("payment", "unknown"));

        // When
        assertThatThrownBy(context::start)

                // Then
                .hasStackTraceContaining("There is no provider-unknown.");
        assertThat(context.isStarted()).isFalse();
    }

    @Test
    void shouldStartWhenEveryRouteIsThere() throws Exception {
        // Given
        publish("payment");
        guard(new Provider("payment", "known"));

        // When
        context.start();

        // Then
        assertThat(context.isStarted()).isTrue();
    }

    @Test
    void shouldRequireNothingOfARoleThatIsOff() throws Exception {
        // Given
        publish("payment");
        guard(new Provider("notification", "unknown"));

        // When
        context.start();

        // Then
        assertThat(context.isStarted()).isTrue();
    }

    private void guard(RouteGuard.Needs... needs) {
        context.addLifecycleStrategy(new RouteGuard(TestRoles.payment(), Beans.of(needs), Beans.of()));
    }
}
