package io.payroute.platform.route;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TryDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.notification.NotificationBeans;
import io.payroute.payment.PaymentQueues;

import static org.apache.camel.builder.Builder.constant;
import static org.apache.camel.builder.Builder.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class RouteRulesTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldAcceptAConsumerThatCommitsAfterItsWork() throws Exception {
        // Given
        consumer("records", "work", "commit");

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).isEmpty();
    }

    @Test
    void shouldRefuseAConsumerThatNeverCommits() throws Exception {
        // Given
        consumer("records", "work");

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-in", "kafkaBatch.commit");
    }

    @Test
    void shouldRefuseAConsumerThatCommitsBeforeItsWork() throws Exception {
        // Given
        consumer("records", "commit", "work");

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-in", "kafkaBatch.commit");
    }

    static Stream<Arguments> takings() {
        return Stream.of(arguments("not at all", change(route -> {
        })), arguments("by a simple expression", change(route -> route.setBody(simple("${bean:kafkaBatch.records}")))),
                arguments("by a method", change(route -> route.setBody().method("kafkaBatch", "records"))),
                arguments("in a split", change(route -> route.split(simple("${bean:kafkaBatch.records}")).log("one").end())),
                arguments("in a branch", change(route -> route.choice().when(simple("${body}")).bean("kafkaBatch", "records")
                        .end())),
                arguments("twice", change(route -> route.bean("kafkaBatch", "records").bean("kafkaBatch", "records"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("takings")
    void shouldRefuseAConsumerThatTakesItsRecordsWithoutTheStep(String how, Consumer<RouteDefinition> taking) throws Exception {
        // Given
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition route = from("kafka:topic").routeId("payment-in").routeDescription("A consumer.")
                        .routeGroup("payment").routeConfigurationId("kafka-batch");
                route.removeHeaders("*");
                taking.accept(route);
                route.addOutput(new BeanDefinition("kafkaBatch", "commit"));
            }
        });

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-in", "ref kafkaBatch and method records");
    }

    @Test
    void shouldRefuseAConsumerWhoseBatchEndsAtTheFirstDeadLetter() throws Exception {
        // Given
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition route = from("kafka:topic").routeId("payment-in").routeDescription("A consumer.")
                        .routeGroup("payment").routeConfigurationId("kafka-batch");
                route.removeHeaders("*").bean("kafkaBatch", "records").split(body()).to("direct:one");
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
                        .split(body()).enrich("direct:payment-mispelt").end().to("direct:payment-gone?block=false")
                        .to("work:payment-gone").to("outbox:payment?topic=payment-topic");
                from("direct:payment-there").routeId("payment-there").routeDescription("Is called.").routeGroup("payment")
                        .routeConfigurationId("kafka-batch").log("x");
            }
        });

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).satisfiesExactlyInAnyOrder(
                one -> assertThat(one).contains("'payment-tick' calls direct:payment-mispelt", "payment-there"),
                one -> assertThat(one).contains("'payment-tick' calls direct:payment-gone"),
                one -> assertThat(one).contains("'payment-tick' calls work:payment-gone"),
                one -> assertThat(one).contains("'payment-tick' calls outbox:payment"));
    }

    @Test
    void shouldRefuseAQueueWhoseStepsWouldBeRepeated() throws Exception {
        // Given
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("work:other").routeId("payment-charge").routeDescription("Charges.").routeGroup("payment")
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
                described(from("outbox:payment"), "payment-outbox").routeConfigurationId("work").to("kafka:outbox");
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

    @Test
    void shouldAcceptARouteThatPublishesAllEventsOfARole() throws Exception {
        // Given
        outbox("payment-outbox", "work", route -> route.to("kafka:outbox"));

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).isEmpty();
    }

    static Stream<Arguments> losses() {
        return Stream.of(
                arguments("left out", "work", change(route -> route.filter(simple("${body}")).to("kafka:outbox"))),
                arguments("left out in front", "work",
                        change(route -> route.filter(simple("${body}")).stop().end().to("kafka:outbox"))),
                arguments("caught", "work",
                        change(route -> route.doTry().to("kafka:outbox").doCatch(Exception.class).log("x").end())),
                arguments("handled", "http-edge", change(route -> route.to("kafka:outbox"))),
                arguments("changed", "work", change(route -> route.setBody(constant("x")).to("kafka:outbox"))),
                arguments("elsewhere", "work", change(route -> route.to("log:x"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void shouldRefuseARouteThatWouldLoseEvents(String what, String configuration, Consumer<RouteDefinition> steps)
            throws Exception {
        // Given
        outbox("payment-outbox", configuration, steps);

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-outbox", "one step, 'to' kafka");
    }

    @Test
    void shouldRefuseASecondRouteThatTakesTheEventsOfARole() throws Exception {
        // Given
        outbox("payment-outbox", "work", route -> route.to("kafka:outbox"));
        outbox("payment-other", "work", route -> route.to("kafka:outbox"));

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("[payment-outbox, payment-other]", "outbox:payment");
    }

    @Test
    void shouldAcceptAChargeThatIsSettledAndWhoseCallStandsAlone() throws Exception {
        // Given
        charge(call -> call.toD("direct:provider-${header.provider}"));

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).isEmpty();
    }

    static Stream<Consumer<TryDefinition>> calls() {
        return Stream.of(call -> call.setBody(constant("x")).toD("direct:provider-${header.provider}"),
                call -> call.toD("direct:provider-${header.provider}").to("http:elsewhere"),
                call -> call.to("http:elsewhere"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void shouldRefuseAStepWhoseFailureWouldBeTakenForAChargeNeverMade(Consumer<TryDefinition> calls) throws Exception {
        // Given
        charge(calls);

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-charge", "doTry", "before begin-");
    }

    @ParameterizedTest
    @CsvSource({"payment-charges, settleCall.settle", "payment-operations, settleCall.settle",
            "notifications, notifications.keepFailure", "notifications, notifications.record",
            "payment-webhooks, recordDelivery.keepFailure", "payment-webhooks, recordDelivery.record"})
    void shouldRefuseAQueueWhoseOutcomesAreNotRecorded(String queue, String missing) throws Exception {
        // Given
        route("work:" + queue, "payment-x", "work", route -> route.to("log:done"));

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).anySatisfy(one -> assertThat(one).contains("payment-x", missing));
    }

    /** One exported before there was that hook; its charges would wait for the hook's word for ever. */
    @Test
    void shouldRefuseAChargeThatDoesNotAskTheHook() throws Exception {
        // Given
        route("work:payment-charges", "payment-charge", "work",
                route -> route.addOutput(new BeanDefinition("settleCall", "settle")));

        // When
        List<String> broken = broken();

        // Then
        assertThat(broken).singleElement().asString().contains("payment-charge", "direct:payment-ask-before-charge",
                "export it again");
    }

    private void charge(Consumer<TryDefinition> calls) throws Exception {
        route("direct:payment-ask-before-charge", "payment-ask-before-charge", "work", route -> route.to("log:asked"));
        route("work:payment-charges", "payment-charge", "work", route -> {
            route.to("direct:payment-ask-before-charge");
            TryDefinition attempt = route.doTry();
            calls.accept(attempt);
            attempt.doCatch(Throwable.class).addOutput(new BeanDefinition("providerFailure", "outcome"));
            route.addOutput(new BeanDefinition("settleCall", "settle"));
        });
    }

    private static Consumer<RouteDefinition> change(Consumer<RouteDefinition> steps) {
        return steps;
    }

    private void outbox(String id, String configuration, Consumer<RouteDefinition> steps) throws Exception {
        route("outbox:payment", id, configuration, steps);
    }

    private void route(String from, String id, String configuration, Consumer<RouteDefinition> steps) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                steps.accept(from(from).routeId(id).routeDescription("A route.").routeGroup("payment")
                        .routeConfigurationId(configuration));
            }
        });
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
                List.of("http-edge", "kafka-batch", "work"), List.of(PaymentQueues.STEPS, NotificationBeans.STEPS));
    }
}
