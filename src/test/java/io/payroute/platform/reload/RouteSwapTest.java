package io.payroute.platform.reload;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.junit.jupiter.api.Test;

import io.payroute.platform.reload.RouteSwap.Change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RouteSwapTest extends SwapBed {

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
}
