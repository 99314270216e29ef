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
import java.util.concurrent.locks.LockSupport;
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
import org.apache.camel.support.RoutePolicySupport;
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

    private static final String DEEP = """
                    - doTry:
                        id: try
                        steps:
                          - choice:
                              id: choose
                              when:
                                - id: when-empty
                                  simple: "${body} == ''"
                                  steps:
                                    - setBody:
                                        id: say-deep
                                        constant:
                                          expression: deepest
                              otherwise:
                                id: else
                                steps:
                                  - log:
                                      id: log-else
                                      message: else
                        doCatch:
                          - id: catch
                            exception:
                              - java.lang.Exception
                            steps:
                              - log:
                                  id: log-failure
                                  message: failed
                        doFinally:
                          id: finally
                          steps:
                            - log:
                                id: log-end
                                message: end
            """.indent(0);

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

    /** Between its finding a route and its being counted there nothing but the door has it. */
    @Test
    void shouldWaitForACallerWhoHasFoundTheRouteAndIsNotCountedYet() throws Exception {
        // Given
        context.addRoutePolicyFactory((camel, id, route) -> new RoutePolicySupport() {
            @Override
            public void onExchangeBegin(Route begun, Exchange exchange) {
                if (id.equals("a") && "held".equals(exchange.getMessage().getBody())) {
                    gate.hold();
                }
            }
        });
        String old = route("a", "direct:a", says("old"));
        load("a", old);
        CompletableFuture<String> held = CompletableFuture.supplyAsync(() -> call("direct:a", "held"));
        await().until(() -> gate.waiting.get() == 1);

        // When
        CompletableFuture<Void> swap = CompletableFuture
                .runAsync(() -> unchecked(new Change("a", old, route("a", "direct:a", says("new")))));
        await().pollDelay(Duration.ofMillis(300)).until(() -> call("direct:a").equals("new"));

        // Then
        assertThat(swap).isNotDone();
        gate.open.countDown();
        assertThat(held.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        swap.get(10, TimeUnit.SECONDS);
    }

    @Test
    void shouldPutBackTheOthersWhenOneOfThemDoesNotComeToRest() throws Exception {
        // Given
        String old = route("a", "direct:a", says("old"));
        String in = route("in", "numbers:loose", bean("heard", "hear"));
        load("a", old);
        load("in", in);

        // When
        Throwable failure = catchThrowable(() -> swap(Duration.ofMillis(300), Map.of(),
                new Change("in", in, route("in", "numbers:loose", bean("gate", "slow") + bean("heard", "hear"))),
                new Change("a", old, route("a", "direct:a", says("new"))),
                new Change("listens", null, route("listens", "port:in-use", says("x")))));

        // Then
        assertThat(failure).hasMessageContaining("Address already in use");
        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(call("direct:a")).isEqualTo("old");
        int sent = numbers.next.get();
        await().until(() -> numbers.next.get() > sent + 100);
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("a", "in");
    }

    @Test
    void shouldPutBackWhatRanAfterAnError() throws Exception {
        // Given
        String old = route("a", "direct:a", says("old"));
        load("a", old);

        // When
        Throwable failure = catchThrowable(() -> swap(new Change("a", old, route("a", "direct:a", says("new"))),
                new Change("listens", null, route("listens", "port:error", says("x")))));

        // Then
        assertThat(failure).isInstanceOf(RouteFailedException.class).hasMessageContaining("no/such/Type");
        assertThat(call("direct:a")).isEqualTo("old");
        assertThat(context.getRoutes()).extracting("id").containsExactly("a");
    }

    @Test
    void shouldGoOnTakingWhenARouteDoesNotComeToRest() throws Exception {
        // Given
        String a = route("a", "direct:a", bean("gate", "passFirst") + says("old"));
        String in = route("in", "numbers:all", bean("heard", "hear"));
        load("a", a);
        load("in", in);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> call("direct:a"));
        await().until(() -> gate.waiting.get() == 1);

        // When
        Throwable failure = catchThrowable(() -> swap(Duration.ofMillis(300), Map.of(), new Change("in", in, in),
                new Change("a", a, route("a", "direct:a", says("new")))));

        // Then
        assertThat(failure).isInstanceOf(TimeoutException.class);
        int sent = numbers.next.get();
        await().until(() -> numbers.next.get() > sent + 100);
        gate.open.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("old");
    }

    /** What has gone into one may take long. The routes are in place then. */
    @Test
    void shouldKeepTheNewRoutesWhenAStandInDoesNotComeToRest() throws Exception {
        // Given
        String old = route("a", "direct:a", bean("gate", "pass") + says("old"));
        String next = route("a", "direct:a", bean("gate", "slow") + says("new"));
        load("a", old);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> call("direct:a"));
        await().until(() -> gate.waiting.get() == 1);
        CompletableFuture<Void> swap = CompletableFuture
                .runAsync(() -> unchecked(Duration.ofMillis(700), new Change("a", old, next)));
        await().until(() -> context.getRoute("reload-a") != null);
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);

        // When
        CompletableFuture<String> aside = CompletableFuture.supplyAsync(() -> call("direct:a"));
        await().until(() -> context.getInflightRepository().size("reload-a") == 1);
        gate.open.countDown();
        swap.get(20, TimeUnit.SECONDS);

        // Then
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(aside.get(10, TimeUnit.SECONDS)).isEqualTo("new");
        swap(new Change("a", next, route("a", "direct:a", says("newest"))));
        assertThat(call("direct:a")).isEqualTo("newest");
        assertThat(context.getRoutes()).extracting("id").containsExactly("a");
    }

    @Test
    void shouldStartARouteAsideWhoseStepsHaveIdsAtEveryDepth() throws Exception {
        // Given
        String old = route("a", "direct:a", DEEP);
        load("a", old);

        // When
        swap(new Change("a", old, old.replace("deepest", "changed")));

        // Then
        assertThat(call("direct:a")).isEqualTo("changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"        - to:\n            id: to-say\n            uri: kamelet:say\n",
            "        - to:\n            id: to-say\n            uri: kamelet://say\n",
            "        - kamelet:\n            id: to-say\n            name: say\n",
            "        - kamelet:\n            name: say\n",
            "        - kamelet: {name: say}\n", "        - toD:\n            uri: kamelet:say\n",
            "        - choice:\n            when:\n              - simple: '${body} == \"\"'\n                steps:\n"
                    + "                  - to: kamelet:say\n"})
    void shouldReplaceAKameletHoweverItIsUsedAndWritten(String step) throws Exception {
        // Given
        String kamelet = KAMELET.replace("metadata:\n  name: say", "metadata:\n    name: say # as the file");
        context.addRoutes((org.apache.camel.RoutesBuilder) PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(ResourceHelper.fromString("say.kamelet.yaml", kamelet.formatted("old"))).iterator().next());
        String user = route("a", "direct:a", step);
        load("a", user);
        assertThat(call("direct:a")).isEqualTo("old");
        assertThat(KameletRoutes.uses("say").matcher(user).find()).isTrue();

        // When
        swap(PATIENCE, Map.of("say", new Kamelet(kamelet.formatted("old"), kamelet.formatted("new"))),
                new Change("a", user, user));

        // Then
        assertThat(call("direct:a")).isEqualTo("new");
        assertThat(context.getRouteTemplateDefinitions()).extracting("id").containsExactly("say");
        assertThat(context.getRoutes()).hasSize(2);
    }

    /** Another route goes on with it. */
    @Test
    void shouldLeaveNoRouteOfAKameletBehindAndTakeNoneAway() throws Exception {
        // Given
        context.addRoutes((org.apache.camel.RoutesBuilder) PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(ResourceHelper.fromString("say.kamelet.yaml", KAMELET.formatted("said"))).iterator()
                .next());
        String step = "        - to:\n            uri: kamelet:say?any=%s\n";
        String other = "        - choice:\n            when:\n              - simple: '${body} == \"\"'\n                steps:\n"
                + "                  - to: kamelet:say?any=0\n";
        load("a", route("a", "direct:a", step.formatted(0)));
        load("b", route("b", "direct:b", other));

        // When
        for (int i = 0; i < 3; i++) {
            swap(new Change("a", route("a", "direct:a", step.formatted(i)), route("a", "direct:a", step.formatted(i + 1))));
        }
        Throwable failure = catchThrowable(() -> swap(new Change("a", route("a", "direct:a", step.formatted(3)),
                route("a", "direct:a", step.formatted(4) + bean("nobody", "none")))));

        // Then
        assertThat(failure).isInstanceOf(RouteFailedException.class);
        assertThat(call("direct:a")).isEqualTo("said");
        assertThat(call("direct:b")).isEqualTo("said");
        assertThat(context.getRoutes()).extracting("id").hasSize(4);
    }

    /** Nothing of it may stand in the way of the next one. */
    @Test
    void shouldReloadAgainAfterAKameletThatFailedHalfway() throws Exception {
        // Given
        String old = route("a", "direct:a", says("old"));
        String uses = route("added", "direct:added", "        - to: kamelet:say\n");
        String broken = KAMELET.formatted("said") + "        - bean:\n            ref: nobody\n            method: none\n";
        load("a", old);
        Throwable failure = catchThrowable(() -> swap(PATIENCE, Map.of("say", new Kamelet(null, broken)),
                new Change("a", old, old), new Change("added", null, uses)));

        // When
        swap(PATIENCE, Map.of("say", new Kamelet(null, KAMELET.formatted("said"))),
                new Change("a", old, route("a", "direct:a", says("new"))), new Change("added", null, uses));

        // Then
        assertThat(failure).isInstanceOf(RouteFailedException.class);
        assertThat(call("direct:a")).isEqualTo("new");
        assertThat(call("direct:added")).isEqualTo("said");
        assertThat(context.getRouteDefinitions()).hasSize(3);
    }

    @Test
    void shouldReachAnAddedRouteFromAStandInWhileTheOldOneEndsItsWork() throws Exception {
        // Given
        String old = route("a", "direct:a", bean("gate", "pass") + says("old"));
        load("a", old);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> call("direct:a"));
        await().until(() -> gate.waiting.get() == 1);

        // When
        CompletableFuture<Void> swap = CompletableFuture.runAsync(() -> unchecked(
                new Change("a", old, route("a", "direct:a", "        - to:\n            uri: direct:added\n")),
                new Change("added", null, route("added", "direct:added", says("added")))));
        await().until(() -> direct.isStandIn(context.getRoute("reload-a")));
        CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> call("direct:a"));

        // Then
        assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo("added");
        assertThat(swap).isNotDone();
        gate.open.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        swap.get(10, TimeUnit.SECONDS);
        assertThat(call("direct:a")).isEqualTo("added");
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("a", "added");
    }

    /** Whoever calls it meanwhile is a caller that goes with it, or waits for what takes its place. */
    @Test
    void shouldMoveAnAddressToAnotherRouteWhileItIsCalled() throws Exception {
        // Given
        String old = route("a", "direct:a", says("old"));
        load("a", old);
        load("b", route("b", "direct:b", "        - to:\n            uri: direct:a\n"));
        AtomicBoolean on = new AtomicBoolean(true);
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> callers = IntStream.range(0, 4).mapToObj(i -> CompletableFuture.runAsync(() -> {
            while (on.get()) {
                answers.add(call("direct:b"));
            }
        })).toList();
        await().until(() -> answers.size() > 100);

        // When
        swap(new Change("a", old, null), new Change("moved", null, route("moved", "direct:a", says("new"))));
        on.set(false);
        callers.forEach(CompletableFuture::join);

        // Then
        assertThat(answers).containsOnly("old", "new");
        assertThat(call("direct:b")).isEqualTo("new");
    }

    private void unchecked(Change... changes) {
        try {
            swap(changes);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void unchecked(Duration patience, Change... changes) {
        try {
            swap(patience, Map.of(), changes);
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
        return call(uri, "");
    }

    private String call(String uri, String body) {
        return context.createFluentProducerTemplate().to(uri).withBody(body).request(String.class);
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

        public void slow() {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2_000));
        }

        private void hold() {
            try {
                pass();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
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
                            if (uri.contains("error")) {
                                throw new NoClassDefFoundError("no/such/Type");
                            }
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
            on = false;
            if (!getEndpoint().getEndpointUri().contains("loose")) {
                counting.join();
            }
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
