package io.payroute.platform.route;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.TestRoles;
import io.payroute.platform.work.TestWork;
import io.payroute.platform.work.WorkQueue;
import io.payroute.testing.Beans;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RouteGuardTest {

    private final DefaultCamelContext context = Routes.context();

    private final Map<String, WorkQueue<?>> queues = new TreeMap<>();

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

    private void empty(String queue) throws Exception {
        context.addComponent("work", new DirectComponent());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("work:" + queue + "?block=false").routeId("payment-" + queue).routeDescription("Empties.")
                        .routeGroup("payment").routeConfigurationId("work").to("log:done");
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
    void shouldStopTheStartWhenAQueueIsEmptiedByNoRoute() throws Exception {
        // Given
        publish("payment");
        queues.put("charges", null);
        queues.put("refunds", null);
        empty("refunds");
        guard();

        // When
        assertThatThrownBy(context::start)

                // Then
                .hasStackTraceContaining("Queue 'charges' of role 'payment' is emptied by no route")
                .hasStackTraceContaining("put back the route from work:charges")
                .satisfies(refused -> assertThat(refused).message().doesNotContain("refunds"));
    }

    @Test
    void shouldStartWhenEveryQueueIsEmptied() throws Exception {
        // Given
        publish("payment");
        queues.put("refunds", null);
        empty("refunds");
        guard();

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
        context.addLifecycleStrategy(new RouteGuard(TestRoles.payment(), Beans.of(needs), Beans.of(),
                TestWork.queues(queues)));
    }
}
