package io.payroute.platform.reload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.reload.RouteSwap.Change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

class RouteSwapFailureTest extends SwapBed {

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
}
