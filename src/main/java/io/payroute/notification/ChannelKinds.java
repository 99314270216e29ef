package io.payroute.notification;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import io.payroute.platform.route.RoleFiles.Problem;

/**
 * Finds kinds of messages that a route file adds by a constant and that no route sends: each message would be kept and tried for
 * hours. A kind that is known only at run time shows in the health of the notifications.
 */
public final class ChannelKinds {

    private ChannelKinds() {
    }

    /** @param routeIds of all routes, packaged or the folder's */
    public static void check(Path file, String text, Set<String> routeIds, List<Problem> problems) {
        try {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
                steps(document, kind -> {
                    if (!routeIds.contains(Channels.ROUTE + kind)) {
                        problems.add(new Problem(file.toString(), line(text, kind), "no route sends messages of kind '" + kind
                                + "': add a route with the id " + Channels.ROUTE + kind + ", from direct:" + Channels.ROUTE
                                + kind + "."));
                    }
                });
            }
        } catch (YamlEngineException e) {
            // Told by those who read the file as a route.
        }
    }

    /** Lists of steps, wherever they stand: a kind counts where channels.add follows. */
    private static void steps(Object node, Consumer<String> found) {
        if (node instanceof List<?> list) {
            boolean adds = list.stream()
                    .anyMatch(step -> at(step, "bean", "ref") instanceof String ref && ref.equals("channels")
                            && "add".equals(at(step, "bean", "method")));
            for (Object step : list) {
                if (adds) {
                    header(at(step, "setHeader"), found);
                    if (at(step, "setHeaders", "headers") instanceof List<?> headers) {
                        headers.forEach(one -> header(one, found));
                    }
                }
                steps(step, found);
            }
        } else if (node instanceof Map<?, ?> map) {
            map.values().forEach(value -> steps(value, found));
        }
    }

    private static void header(Object header, Consumer<String> found) {
        if ("kind".equals(at(header, "name"))) {
            Object constant = at(header, "constant") != null ? at(header, "constant") : at(header, "expression", "constant");
            Object kind = constant instanceof Map<?, ?> ? at(constant, "expression") : constant;
            if (kind instanceof String word && !word.contains("{{")) {
                found.accept(word);
            }
        }
    }

    private static Object at(Object node, String... keys) {
        Object found = node;
        for (String key : keys) {
            found = found instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return found;
    }

    private static int line(String text, String kind) {
        List<String> lines = text.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).matches(".*\\b" + kind.replaceAll("[^a-zA-Z0-9-]", ".") + "\\b.*")
                    && lines.get(at).contains("constant")
                    || lines.get(at)
                            .matches("\\s*expression: *[\"']?" + kind.replaceAll("[^a-zA-Z0-9-]", ".") + "[\"']?\\s*")) {
                return at + 1;
            }
        }
        return 1;
    }
}
