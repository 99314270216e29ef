package io.payroute.platform.reload;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.junit.jupiter.api.Test;

import io.payroute.platform.reload.RouteSwap.Change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StandInMetersTest extends SwapBed {

    @Test
    void shouldCountForTheRouteWhatGoesThroughItsStandIn() throws Exception {
        // Given
        meters.config().meterFilter(StandInMeters.filter());
        String old = route("a", "direct:a", bean("gate", "passFirst") + says("old"));
        load("a", old);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> call("direct:a"));
        await().until(() -> gate.waiting.get() == 1);
        CompletableFuture<Void> swap = CompletableFuture
                .runAsync(() -> unchecked(new Change("a", old, route("a", "direct:a", says("new")))));
        await().until(() -> call("direct:a").equals("new"));

        // When
        Set<String> meanwhile = counted();
        gate.open.countDown();
        swap.get(10, TimeUnit.SECONDS);
        first.get(10, TimeUnit.SECONDS);
        call("direct:a");
        call("direct:a");

        // Then
        assertThat(meanwhile).containsExactly("a");
        assertThat(counted()).containsExactly("a");
        assertThat(meters.get("camel.exchanges.total").tag("routeId", "a").counter().count()).isEqualTo(2);
    }

    /** Its work is done and it is not under way any more, but what counts it has not come to its end. */
    @Test
    void shouldLetACallEndThatIsStillBeingCountedWhenItsStandInGoes() throws Exception {
        // Given
        Gate counting = new Gate();
        context.addRoutePolicyFactory((camel, id, route) -> new RoutePolicySupport() {
            @Override
            public void onExchangeDone(Route done, Exchange exchange) {
                if (id.equals("reload-a")) {
                    counting.hold();
                }
            }
        });
        String old = route("a", "direct:a", bean("gate", "passFirst") + says("old"));
        load("a", old);
        load("b", route("b", "direct:b", "        - to:\n            uri: direct:a\n"));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> call("direct:b"));
        await().until(() -> gate.waiting.get() == 1);
        CompletableFuture<Void> swap = CompletableFuture
                .runAsync(() -> unchecked(new Change("a", old, route("a", "direct:a", says("new")))));
        await().until(() -> direct.isStandIn(context.getRoute("reload-a")));
        CompletableFuture<String> counted = CompletableFuture.supplyAsync(() -> call("direct:b"));
        await().until(() -> counting.waiting.get() == 1);

        // When
        gate.open.countDown();
        swap.get(20, TimeUnit.SECONDS);
        counting.open.countDown();

        // Then
        assertThat(counted.get(10, TimeUnit.SECONDS)).isEqualTo("new");
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(context.getRoutes()).extracting("id").containsExactlyInAnyOrder("a", "b");
    }

    private Set<String> counted() {
        return meters.find("camel.exchanges.total").counters().stream().map(counter -> counter.getId().getTag("routeId"))
                .filter(id -> id != null && !id.isEmpty()).collect(Collectors.toSet());
    }
}
