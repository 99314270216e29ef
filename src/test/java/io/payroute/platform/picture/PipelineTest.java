package io.payroute.platform.picture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.payroute.platform.picture.Route.Channel;
import io.payroute.platform.picture.Route.Channel.Kind;
import io.payroute.platform.picture.Route.Step;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

/** Holds the picture to the route files, and the route files to one pipeline that can be seen from them alone. */
class PipelineTest {

    private static final Path RESOURCES = Path.of("src/main/resources");

    private final Pipeline pipeline = read();

    @Test
    void shouldBePicturedAsItIs() throws IOException {
        // When
        String drawn = DrawPipeline.draw(RESOURCES);

        // Then
        assertThat(Path.of("docs/pipeline.svg")).as("run docs/picture after a change of the routes").hasContent(drawn);
        assertThat(drawn).doesNotContain("url(http", "@import", "font-face", "{{");
    }

    @Test
    void shouldShowEveryRouteThatIsOn() throws IOException {
        // Given
        long written = 0;
        try (var files = Files.walk(RESOURCES.resolve("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                written += Files.readAllLines(file).stream().filter(line -> line.matches("- route:\\s*")).count()
                        - Files.readAllLines(file).stream().filter(line -> line.endsWith("routeConfigurationId: http-page"))
                                .count();
            }
        }

        // When
        List<Route> routes = pipeline.routes();

        // Then
        String picture = Files.readString(Path.of("docs/pipeline.svg"));
        assertThat(routes).hasSize((int) written - 1).allSatisfy(route -> assertThat(picture).contains(">" + route.id() + "<"));
        assertThat(routes).extracting(Route::id).doesNotContain("payment-noop");
    }

    @Test
    void shouldBeOneWhole() {
        // When
        List<Set<Route>> islands = pipeline.islands();

        // Then
        assertThat(islands).hasSize(1);
    }

    @Test
    void shouldLeadFromAPaymentToTheProviderTheMailAndTheWebhook() {
        // When
        Set<Object> reached = pipeline.reach(route("payment-pay"));

        // Then
        assertThat(reached).contains(route("provider-stripe"), end("Stripe, by HTTP"), end("The mail server, by SMTP"),
                end("The merchant's server, by HTTP"));
    }

    @Test
    void shouldHaveAFileThatFeedsEveryRoute() {
        // When
        List<Route> unfed = pipeline.routes().stream().filter(route -> !pipeline.isFed(route)).toList();

        // Then
        assertThat(unfed).as("for other programs alone").extracting(Route::id).containsExactly("aggregator-grpc-server");
    }

    @Test
    void shouldHaveARouteBehindEverythingThatIsSentInside() {
        // When
        List<Channel> nowhere = pipeline.routes().stream().flatMap(route -> pipeline.exits(route).stream())
                .filter(exit -> exit.kind() != Kind.END && pipeline.consumers(exit).isEmpty()).distinct().toList();

        // Then
        assertThat(nowhere).as("for other programs alone").containsExactlyInAnyOrder(
                new Channel(Kind.TOPIC, "payments.normalized"),
                new Channel(Kind.TOPIC, "user.created"));
    }

    @Test
    void shouldSayOfEveryTopicWhichStepsFeedIt() {
        // When
        Set<String> fed = pipeline.routes().stream().flatMap(route -> route.steps().stream())
                .filter(step -> step.scheme().equals("outbox")).map(step -> step.parameters().get("topic")).collect(toSet());

        // Then
        assertThat(fed).containsExactlyInAnyOrder("payment-topic", "payment.status-updated", "payments.raw",
                "notification.updated", "stock.updated", "user.created", "product.updated", "order.created",
                "order.status-updated", "payments.normalized");
    }

    @Test
    void shouldNoticeAQueueThatNothingFeedsAndACallThatNobodyTakes() {
        // Given
        Route pay = made("pay", "platform-http:/pay", "direct:gone");
        Route work = made("work", "work:payment-charges");
        Pipeline broken = new Pipeline(List.of(pay, work));

        // When
        List<Set<Route>> islands = broken.islands();

        // Then
        assertThat(islands).hasSize(2);
        assertThat(broken.isFed(work)).isFalse();
        assertThat(broken.consumers(broken.exits(pay).get(0))).isEmpty();
    }

    @Test
    void shouldKnowACallWhoseNameIsMadeWhenItRuns() {
        // Given
        Channel call = new Step("direct:provider-${header.provider}", "", Map.of()).channel();

        // When
        boolean[] leads = {call.leadsTo(new Channel(Kind.CALL, "provider-stripe")),
                call.leadsTo(new Channel(Kind.CALL, "provider-stripe-events")),
                call.leadsTo(new Channel(Kind.QUEUE, "provider-x"))};

        // Then
        assertThat(leads).containsExactly(true, false, false);
    }

    private Route route(String id) {
        return pipeline.routes().stream().filter(route -> route.id().equals(id)).findFirst().orElseThrow();
    }

    private static Channel end(String name) {
        return new Channel(Kind.END, name);
    }

    private static Route made(String id, String from, String... to) {
        return new Route("payment", id + ".camel.yaml", id, "Is made.", new Step(from, "", Map.of()),
                List.of(to).stream().map(uri -> new Step(uri, "", Map.of())).toList());
    }

    private static Pipeline read() {
        try {
            return Pipeline.read(RESOURCES, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
