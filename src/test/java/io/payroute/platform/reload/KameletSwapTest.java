package io.payroute.platform.reload;

import java.util.ArrayList;
import java.util.Map;

import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.reload.RouteSwap.Change;
import io.payroute.platform.reload.RouteSwap.Kamelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class KameletSwapTest extends SwapBed {

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
}
