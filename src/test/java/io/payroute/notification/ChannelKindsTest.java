package io.payroute.notification;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.route.RoleFiles.Problem;

import static org.assertj.core.api.Assertions.assertThat;

class ChannelKindsTest {

    private static final String ROUTE = """
            - route:
                from:
                  steps:
                    - choice:
                        when:
                          - simple: "${body.status} == 'failed'"
                            steps:
                              - %s
                              - bean:
                                  ref: channels
                                  method: add
            """;

    @ParameterizedTest
    @ValueSource(strings = {"setHeader: {name: kind, constant: chat}",
            "setHeader: {name: kind, expression: {constant: {expression: chat}}}",
            "setHeaders: {headers: [{name: kind, constant: chat}]}"})
    void shouldFindAKindThatNoRouteSends(String step) {
        assertThat(check(ROUTE.formatted(step), Set.of("notification-send-sms"))).containsExactly(new Problem("own.yaml", 8,
                "no route sends messages of kind 'chat': add a route with the id notification-send-chat, from "
                        + "direct:notification-send-chat."));
    }

    @Test
    void shouldTakeAKindWithARouteAndOneThatIsKnownOnlyAtRunTime() {
        assertThat(check(ROUTE.formatted("setHeader: {name: kind, constant: chat}"), Set.of("notification-send-chat")))
                .isEmpty();
        assertThat(check(ROUTE.formatted("setHeader: {name: kind, constant: '{{my.kind}}'}"), Set.of())).isEmpty();
        assertThat(check(ROUTE.formatted("setHeader: {name: kind, simple: '${body.method}'}"), Set.of())).isEmpty();
        assertThat(check(": [ no yaml", Set.of())).isEmpty();
    }

    private static List<Problem> check(String text, Set<String> routes) {
        List<Problem> problems = new ArrayList<>();
        ChannelKinds.check(Path.of("own.yaml"), text, routes, problems);
        return problems;
    }
}
