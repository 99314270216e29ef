package io.payroute.platform.picture;

import java.util.List;
import java.util.Map;

/**
 * A route as a reader of its file sees it.
 *
 * @param role the folder of its file
 * @param steps those that send somewhere
 */
record Route(String role, String file, String id, String description, Step from, List<Step> steps) {

    /** @param uri with placeholders resolved */
    record Step(String uri, String description, Map<String, String> parameters) {

        String scheme() {
            return uri.replaceFirst(":.*", "");
        }

        /** What is behind the scheme. */
        String name() {
            return uri.replaceFirst("^[^:]*:(//)?", "");
        }

        /** What leads there or starts there, by one name on both sides. */
        Channel channel() {
            return switch (scheme()) {
                case "direct" -> new Channel(Channel.Kind.CALL, name());
                case "work" -> new Channel(Channel.Kind.QUEUE, name());
                case "kafka" -> new Channel(Channel.Kind.TOPIC, name());
                case "outbox" -> parameters.containsKey("topic")
                        ? new Channel(Channel.Kind.TOPIC, parameters.get("topic"))
                        : new Channel(Channel.Kind.OUTBOX, name());
                case "grpc" -> new Channel(Channel.Kind.GRPC, name().replaceFirst("^[^:]*:(\\d+)/.*\\.", "$1/"));
                case "platform-http" -> new Channel(Channel.Kind.HTTP,
                        parameters.getOrDefault("httpMethodRestrict", "") + " " + name());
                case "timer" -> new Channel(Channel.Kind.TIMER, name());
                case "bean", "log" -> new Channel(Channel.Kind.NONE, name());
                default -> new Channel(Channel.Kind.END, description.isEmpty() ? scheme() : description);
            };
        }
    }

    /** The way between routes, or in or out. */
    record Channel(Kind kind, String name) {

        /** How a consumer of several topics ends their name. */
        private static final String PATTERN = ".*";

        enum Kind {
            CALL, QUEUE, TOPIC, OUTBOX, GRPC, HTTP, TIMER, END, NONE;

            /** Work gets in here by itself; everything else must be fed by a route. */
            boolean isEntry() {
                return this == HTTP || this == TIMER;
            }

            /** Other programs may feed it, too. */
            boolean isFromOutside() {
                return isEntry() || this == GRPC;
            }
        }

        /** The style of its lines. */
        String style() {
            return switch (kind) {
                case QUEUE -> "queue";
                case TOPIC, OUTBOX -> "topic";
                case GRPC -> "grpc";
                case HTTP, TIMER -> "http";
                case END -> "end";
                default -> "call";
            };
        }

        /** Whether what is sent to this gets to a route from that; a name may be known only when the route runs. */
        boolean leadsTo(Channel from) {
            return kind == from.kind
                    && (from.name.matches("\\Q" + name.replaceAll("\\$\\{[^}]+}", "\\\\E[^-]+\\\\Q") + "\\E")
                            || kind == Kind.TOPIC && from.name.endsWith(PATTERN) && name.matches(from.name));
        }
    }
}
