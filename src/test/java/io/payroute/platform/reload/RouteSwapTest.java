package io.payroute.platform.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.reload.RouteSwap.Change;
import io.payroute.platform.reload.RouteSwap.Kamelet;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class RouteSwapTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String KAMELET = """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: say
            spec:
              definition:
                title: say
              template:
                from:
                  uri: kamelet:source
                  steps:
                    - setBody:
                        constant:
                          expression: %s
            """;

    private final DefaultCamelContext context = Routes.context();
    private final SwappableDirectComponent direct = new SwappableDirectComponent();
    private final Gate gate = new Gate();
    private final Numbers numbers = new Numbers();

    @BeforeEach
    void start() throws Exception {
        context.addComponent("direct", direct);
        context.addComponent("port", new Ports());
        context.addComponent("numbers", numbers);
        context.getRegistry().bind("gate", gate);
        context.getRegistry().bind("heard", new Heard());
        context.start();
    }

    @AfterEach
    void stop() {
        gate.open.countDown();
        context.stop();
    }

    @Test
    void shouldReplaceARouteWhileItIsCalled() throws Exception {
        // Given
        load("a", route("a", "direct:a", says("old")));
        load("b", route("b", "direct:b", "        - to:\n            id: to-a\n            uri: direct:a\n"));
        AtomicBoolean on = new AtomicBoolean(true);
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> callers = IntStream.range(0, 4).mapToObj(i -> CompletableFuture.runAsync(() -> {
            while (on.get()) {
                answers.add(call("direct:b"));
            }
        })).toList();

        // When
        for (int i = 0; i < 10; i++) {
            swap(new Change("a", route("a", "direct:a", says("old")), route("a", "direct:a", says("new" + i))));
        }
        on.set(false);
        callers.forEach(CompletableFuture::join);

        // Then
        assertThat(answers).isNotEmpty().allMatch(answer -> answer.matches("old|new[0-9]")).contains("old");
        assertThat(call("direct:b")).isEqualTo("new9");
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("a", "b");
        assertThat(context.getRouteDefinitions()).hasSize(2);
    }

    @Test
    void shouldReplaceARouteOnlyOnceNothingIsUnderWayInIt() throws Exception {
        // Given
        String old = route("a", "direct:a", bean("gate", "pass") + says("old"));
        load("a", old);
        load("b", route("b", "direct:b", "        - to:\n            uri: direct:a\n"));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> call("direct:b"));
        await().until(() -> gate.waiting.get() == 1);

        // When
        CompletableFuture<Void> swap = CompletableFuture
                .runAsync(() -> unchecked(new Change("a", old, route("a", "direct:a", says("new")))));
        await().until(() -> call("direct:b").equals("new"));

        // Then
        assertThat(swap).isNotDone();
        gate.open.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        swap.get(10, TimeUnit.SECONDS);
        assertThat(call("direct:b")).isEqualTo("new");
    }

    @Test
    void shouldLeaveARouteThatDoesNotComeToRest() throws Exception {
        // Given
        String old = route("a", "direct:a", bean("gate", "passFirst") + says("old"));
        load("a", old);
        load("b", route("b", "direct:b", "        - to:\n            uri: direct:a\n"));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> call("direct:b"));
        await().until(() -> gate.waiting.get() == 1);

        // When
        Throwable failure = catchThrowable(() -> swap(Duration.ofMillis(300), Map.of(),
                new Change("a", old, route("a", "direct:a", says("new")))));

        // Then
        assertThat(failure).isInstanceOf(TimeoutException.class).hasMessageContaining("Route a still had work");
        assertThat(call("direct:b")).isEqualTo("old");
        gate.open.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"        - bean:\n            ref: nobody\n            method: none\n",
            "        - to: log:{{no.such.key}}\n", "        - to: nowhere:a\n", "        - to: kamelet:say/x?nothing=1\n"})
    void shouldTouchNothingForARouteThatCannotStart(String step) throws Exception {
        // Given
        String old = route("a", "direct:a", says("old"));
        load("a", old);

        // When
        Throwable failure = catchThrowable(() -> swap(new Change("a", old, route("a", "direct:a", step)),
                new Change("added", null, route("added", "direct:added", says("added")))));

        // Then
        assertThat(failure).isInstanceOf(RouteFailedException.class).hasMessageStartingWith("Route 'a' cannot be started: ");
        assertThat(call("direct:a")).isEqualTo("old");
        assertThat(context.getRoutes()).extracting("id").containsExactly("a");
    }

    /** Its stand-in starts, because that has another beginning. */
    @Test
    void shouldPutBackWhatRanWhenOnlyTheRealStartFails() throws Exception {
        // Given
        String old = route("a", "direct:a", says("old"));
        String gone = route("gone", "direct:gone", says("here"));
        load("a", old);
        load("gone", gone);

        // When
        Throwable failure = catchThrowable(() -> swap(new Change("a", old, route("a", "direct:a", says("new"))),
                new Change("gone", gone, null), new Change("listens", null, route("listens", "port:in-use", says("x")))));

        // Then
        assertThat(failure).isInstanceOf(RouteFailedException.class)
                .hasMessage("Route 'listens' cannot be started: Address already in use.");
        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(call("direct:a")).isEqualTo("old");
        assertThat(call("direct:gone")).isEqualTo("here");
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("a", "gone");
    }

    @Test
    void shouldPutBackWhatRanWhenTheRoutesBreakARule() throws Exception {
        // Given
        String old = route("a", "direct:a", says("old"));
        load("a", old);

        // When
        Throwable failure = catchThrowable(() -> new RouteSwap(context, direct, PATIENCE,
                List.of(new Change("a", old, route("a", "direct:a", says("new")))), Map.of(), () -> {
                    throw new IllegalStateException("A rule.");
                }).run());

        // Then
        assertThat(failure).hasMessage("A rule.");
        assertThat(call("direct:a")).isEqualTo("old");
    }

    @Test
    void shouldLoseNoMessageOfAConsumerThatIsReplaced() throws Exception {
        // Given
        String old = route("in", "numbers:all", bean("heard", "hear"));
        load("in", old);

        // When
        for (int i = 0; i < 5; i++) {
            int at = numbers.next.get();
            await().until(() -> numbers.next.get() > at);
            swap(new Change("in", old, route("in", "numbers:all", bean("heard", "hear") + says("again" + i))));
        }
        int sent = numbers.next.get();
        await().until(() -> numbers.next.get() > sent);
        context.getRouteController().stopRoute("in");

        // Then
        Heard heard = (Heard) context.getRegistry().lookupByName("heard");
        assertThat(heard.all).hasSize(numbers.next.get()).doesNotHaveDuplicates();
    }

    @Test
    void shouldAddAndRemoveRoutes() throws Exception {
        // Given
        String gone = route("gone", "direct:gone", says("here"));
        load("gone", gone);

        // When
        swap(new Change("gone", gone, null), new Change("added", null, route("added", "direct:added", says("added"))));

        // Then
        assertThat(call("direct:added")).isEqualTo("added");
        assertThat(context.getRoutes()).extracting("id").containsExactly("added");
        assertThat(context.getRouteDefinitions()).extracting("routeId").containsExactly("added");
    }

    @Test
    void shouldReplaceAKameletWithTheRoutesThatUseIt() throws Exception {
        // Given
        context.addRoutes((org.apache.camel.RoutesBuilder) PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(ResourceHelper.fromString("say.kamelet.yaml", KAMELET.formatted("old"))).iterator().next());
        String user = route("a", "direct:a", "        - to:\n            id: to-say\n            uri: kamelet:say\n");
        load("a", user);
        assertThat(call("direct:a")).isEqualTo("old");

        // When
        for (int i = 0; i < 3; i++) {
            swap(PATIENCE, Map.of("say", new Kamelet(KAMELET.formatted("old"), KAMELET.formatted("new" + i))),
                    new Change("a", user, user));
        }

        // Then
        assertThat(call("direct:a")).isEqualTo("new2");
        assertThat(context.getRoutes()).hasSize(2);
        assertThat(context.getRouteTemplateDefinitions()).extracting("id").containsExactly("say");
        assertThat(new ArrayList<>(context.getEndpoints())).filteredOn(KameletEndpoint.class::isInstance)
                .extracting(endpoint -> ((KameletEndpoint) endpoint).getRouteId()).containsOnly(context.getRoutes().stream()
                        .map(Route::getId).filter(id -> id.startsWith("say")).findFirst().orElseThrow());
    }

    private void unchecked(Change... changes) {
        try {
            swap(changes);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void swap(Change... changes) throws Exception {
        swap(PATIENCE, Map.of(), changes);
    }

    private void swap(Duration patience, Map<String, Kamelet> kamelets, Change... changes) throws Exception {
        new RouteSwap(context, direct, patience, List.of(changes), kamelets, () -> {
        }).run();
    }

    private void load(String id, String text) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(id + ".camel.yaml", text));
    }

    private String call(String uri) {
        return context.createFluentProducerTemplate().to(uri).withBody("").request(String.class);
    }

    private static String route(String id, String from, String steps) {
        return "- route:\n    id: %s\n    from:\n      uri: %s\n      steps:\n%s".formatted(id, from, steps);
    }

    private static String says(String word) {
        return "        - setBody:\n            id: say\n            constant:\n              expression: " + word + "\n";
    }

    private static String bean(String name, String method) {
        return "        - bean:\n            ref: " + name + "\n            method: " + method + "\n";
    }

    public static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);
        private final AtomicInteger waiting = new AtomicInteger();

        public void pass() throws InterruptedException {
            waiting.incrementAndGet();
            open.await();
        }

        public void passFirst() throws InterruptedException {
            if (waiting.incrementAndGet() == 1) {
                open.await();
            }
        }
    }

    public static final class Heard {
        private final Queue<Integer> all = new ConcurrentLinkedQueue<>();

        public void hear(Integer number) {
            all.add(number);
        }
    }

    /** Its consumers find their port taken. */
    private static final class Ports extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor) {
                        @Override
                        protected void doStart() {
                            throw new IllegalStateException("Address already in use");
                        }
                    };
                }
            };
        }
    }

    /** Its consumers count, one after the other, and each number is one exchange. */
    private static final class Numbers extends DefaultComponent {

        private final AtomicInteger next = new AtomicInteger();

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new Counting(this, processor, next);
                }
            };
        }
    }

    private static final class Counting extends DefaultConsumer {

        private final AtomicInteger next;
        private CompletableFuture<Void> counting;
        private volatile boolean on;

        Counting(Endpoint endpoint, Processor processor, AtomicInteger next) {
            super(endpoint, processor);
            this.next = next;
        }

        @Override
        protected void doStart() {
            on = true;
            counting = CompletableFuture.runAsync(() -> {
                while (on) {
                    try {
                        Exchange exchange = createExchange(true);
                        exchange.getMessage().setBody(next.getAndIncrement());
                        getProcessor().process(exchange);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
        }

        @Override
        protected void doSuspend() {
            doStop();
        }

        @Override
        protected void doResume() {
            doStart();
        }

        @Override
        protected void doStop() {
            on = false;
            counting.join();
        }
    }
}
