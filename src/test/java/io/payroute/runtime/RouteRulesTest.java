package io.payroute.runtime;

import java.util.List;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RouteRulesTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldAcceptAConsumerThatCommitsAfterItsWork() throws Exception {
        // Given
        consumer("work", "commit");

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).isEmpty();
    }

    @Test
    void shouldRefuseAConsumerThatNeverCommits() throws Exception {
        // Given
        consumer("work");

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-in", "kafkaBatch.commit");
    }

    @Test
    void shouldRefuseAConsumerThatCommitsBeforeItsWork() throws Exception {
        // Given
        consumer("commit", "work");

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-in", "kafkaBatch.commit");
    }

    @Test
    void shouldRefuseAConsumerWhoseBatchEndsAtTheFirstDeadLetter() throws Exception {
        // Given
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition route = from("kafka:topic").routeId("payment-in").routeDescription("A consumer.")
                        .routeGroup("payment").routeConfigurationId("kafka-batch");
                route.removeHeaders("*").split(body()).to("direct:one");
                route.addOutput(new BeanDefinition("kafkaBatch", "commit"));
            }
        });

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).filteredOn(one -> !one.contains("calls direct:")).singleElement().asString().contains("payment-in",
                "recordOutcome");
    }

    @Test
    void shouldNameACallOfARouteThatIsNotThere() throws Exception {
        // Given
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:tick").routeId("payment-tick").routeDescription("Calls.").routeGroup("payment")
                        .routeConfigurationId("kafka-batch").to("direct:payment-there")
                        .toD("direct:provider-${header.provider}")
                        .split(body()).enrich("direct:payment-mispelt").end().to("direct:payment-gone?block=false");
                from("direct:payment-there").routeId("payment-there").routeDescription("Is called.").routeGroup("payment")
                        .routeConfigurationId("kafka-batch").log("x");
            }
        });

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).satisfiesExactlyInAnyOrder(
                one -> assertThat(one).contains("'payment-tick' calls direct:payment-mispelt", "payment-there"),
                one -> assertThat(one).contains("'payment-tick' calls direct:payment-gone"));
    }

    @Test
    void shouldRefuseAQueueWhoseStepsWouldBeRepeated() throws Exception {
        // Given
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("work:charges").routeId("payment-charge").routeDescription("Charges.").routeGroup("payment")
                        .routeConfigurationId("kafka-batch").to("log:charged");
            }
        });

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-charge", "routeConfigurationId 'work'");
    }

    @Test
    void shouldRefuseASecondProducerToKafka() throws Exception {
        // Given
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                described(from("direct:a"), "payment-to").choice().when(simple("${body}")).to("kafka:topic");
                described(from("direct:b"), "payment-to-d").toD("kafka:${header.topic}");
                described(from("direct:c"), "payment-tap").wireTap("kafka:topic");
                described(from("outbox:payment"), "payment-outbox").to("kafka:outbox");
            }

            private RouteDefinition described(RouteDefinition route, String id) {
                return route.routeId(id).routeDescription("A route.").routeGroup("payment").routeConfigurationId("kafka-batch");
            }
        });

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).hasSize(3).allSatisfy(one -> assertThat(one).contains("must not send to Kafka"))
                .noneSatisfy(one -> assertThat(one).contains("payment-outbox"));
    }

    /** @param steps after the stripping of headers */
    private void consumer(String... steps) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition route = from("kafka:topic").routeId("payment-in").routeDescription("A consumer.")
                        .routeGroup("payment").routeConfigurationId("kafka-batch");
                route.removeHeaders("*");
                for (String step : steps) {
                    route.addOutput(new BeanDefinition("kafkaBatch", step));
                }
            }
        });
    }

    private List<String> broken() {
        return RouteRules.broken(((ModelCamelContext) context).getRouteDefinitions(), List.of("payment"),
                List.of("kafka-batch"));
    }
}
