package io.payroute.platform.kafka;

import java.util.List;
import java.util.stream.Stream;

/**
 * The topics that a role needs; each role names its own by a bean of this type.
 *
 * @param consumed read by the role, which gives up what it cannot read to a topic beside each, {@code <topic>.dlq}
 * @param produced written by the role alone
 */
public record RoleTopics(String role, List<String> consumed, List<String> produced) {

    public static final String DEAD_LETTERS = ".dlq";

    Stream<String> all() {
        return Stream.concat(Stream.concat(consumed.stream(), produced.stream()),
                consumed.stream().map(topic -> topic + DEAD_LETTERS));
    }
}
