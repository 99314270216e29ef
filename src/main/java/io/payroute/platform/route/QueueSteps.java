package io.payroute.platform.route;

import java.util.List;
import java.util.Map;

/**
 * The steps, by queue, as {@code bean.method} or the address of a route, without which what the route of a queue has done would be done again, or be taken for done; each role
 * names its own by a bean of this type.
 */
public record QueueSteps(Map<String, List<String>> byQueue) {

    List<String> of(String queue) {
        return byQueue.getOrDefault(queue, List.of());
    }
}
