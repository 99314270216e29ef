package io.payroute.platform.reload;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.reload.Reload.Result;
import io.payroute.platform.reload.RouteSwap.Change;
import io.payroute.platform.reload.RouteSwap.Kamelet;
import io.payroute.platform.reload.RunningFiles.Running;
import io.payroute.platform.route.check.RoutePart;

/**
 * What differs between the files that run and those of the folder, and what of it can be changed while requests come in. Routes that
 * begin with an address of HTTP or a gRPC service cannot: a request that comes between would fail. Route configurations, rules,
 * templates and keys are read at the start only.
 */
final class ReloadPlan {

    private static final Pattern ENTRY = Pattern.compile("(platform-http|grpc):.*");
    private static final int CONTEXT = 3;
    private static final int LONGEST_DIFF = 64 * 1024;

    private final Map<String, Running> before;
    private final Map<String, RoutePart> wanted = new LinkedHashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> restart = new LinkedHashSet<>();
    private final Map<String, Kamelet> kamelets = new LinkedHashMap<>();

    private ReloadPlan(Map<String, Running> before) {
        this.before = before;
    }

    /** @param begins the address with which the route of an id begins, empty when it does not run */
    static ReloadPlan of(RunningFiles running, ConfigFolder folder, UnaryOperator<String> begins) {
        ReloadPlan plan = new ReloadPlan(running.all());
        RoutePart.all(folder).forEach(part -> plan.wanted.put(RunningFiles.key(part), part));
        plan.compare(begins);
        if (!folder.properties().equals(running.keys())) {
            plan.restart.add("application.properties");
        }
        return plan;
    }

    private void compare(UnaryOperator<String> begins) {
        Set<String> differing = Stream.concat(before.keySet().stream(), wanted.keySet().stream())
                .filter(key -> !text(key).equals(oldText(key))).collect(Collectors.toCollection(LinkedHashSet::new));
        for (String key : differing) {
            if (key.startsWith(RoutePart.ROUTE + " ")) {
                put(key, begins);
            } else if (!key.startsWith(RoutePart.KAMELET + " ")) {
                restart.add(key);
            }
        }
        differing.stream().filter(key -> key.startsWith(RoutePart.KAMELET + " ")).forEach(key -> kamelet(key, begins));
        // Those that nobody else uses are made anew with their routes; otherwise the former ones would stay behind.
        List<String> names = Stream.concat(before.keySet().stream(), wanted.keySet().stream()).distinct()
                .filter(key -> key.startsWith(RoutePart.KAMELET + " ")).toList();
        for (String key : names) {
            Set<String> users = users(name(key));
            if (!restart.contains(key) && !users.isEmpty() && changed.containsAll(users)) {
                kamelets.put(name(key), new Kamelet(orNull(oldText(key)), orNull(text(key))));
            }
        }
        // What stays until a restart stays what is wanted of it, too.
        restart.forEach(key -> {
            wanted.remove(key);
            if (before.containsKey(key)) {
                wanted.put(key, before.get(key).part());
            }
        });
    }

    private void put(String key, UnaryOperator<String> begins) {
        if (before.containsKey(key) && ENTRY.matcher(begins.apply(name(key))).matches()) {
            restart.add(key);
        } else {
            changed.add(key);
        }
    }

    /** Its routes are changed with it. */
    private void kamelet(String key, UnaryOperator<String> begins) {
        Set<String> users = users(name(key));
        boolean fixed = users.stream().anyMatch(user -> !user.startsWith(RoutePart.ROUTE + " ")
                || ENTRY.matcher(begins.apply(name(user))).matches());
        if (fixed) {
            restart.add(key);
        } else {
            changed.addAll(users);
            kamelets.put(name(key), new Kamelet(orNull(oldText(key)), orNull(text(key))));
        }
    }

    private Set<String> users(String kamelet) {
        Pattern uses = KameletRoutes.uses(kamelet);
        return Stream.concat(before.keySet().stream(), wanted.keySet().stream())
                .filter(key -> !name(key).equals(kamelet)
                        && (uses.matcher(text(key)).find() || uses.matcher(oldText(key)).find()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private String text(String key) {
        RoutePart part = wanted.get(key);
        if (part == null) {
            return "";
        }
        return part.own() == null ? part.packaged().text() : part.own().text();
    }

    private String oldText(String key) {
        return before.containsKey(key) ? before.get(key).text().text() : "";
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String name(String key) {
        return key.substring(
                key.indexOf(' ', key.startsWith(RoutePart.CONFIGURATION) ? RoutePart.CONFIGURATION.length() : 0) + 1);
    }

    List<Change> changes() {
        return changed.stream().map(key -> new Change(name(key), orNull(oldText(key)), orNull(text(key)))).toList();
    }

    Map<String, Kamelet> kamelets() {
        return kamelets;
    }

    /** What runs once it is done. */
    List<RoutePart> parts() {
        return List.copyOf(wanted.values());
    }

    Reload reload(String caller, Result result, List<String> errors) {
        Map<String, List<String>> ids = new HashMap<>(
                Map.of("added", new ArrayList<>(), "replaced", new ArrayList<>(), "removed",
                        new ArrayList<>()));
        changes().forEach(change -> ids.get(change.old() == null ? "added" : change.text() == null ? "removed" : "replaced")
                .add(change.id()));
        return new Reload(Instant.now(), caller, result, ids.get("added"), ids.get("replaced"), ids.get("removed"),
                List.copyOf(restart), diff(), errors);
    }

    private String diff() {
        String diff = Stream.concat(changed.stream(), kamelets.keySet().stream().map(name -> RoutePart.KAMELET + " " + name))
                .map(key -> diff(key, oldText(key), text(key))).filter(one -> !one.isEmpty()).map(Secrets::masked)
                .collect(Collectors.joining("\n"));
        return diff.length() > LONGEST_DIFF ? diff.substring(0, LONGEST_DIFF) + "\n..." : diff;
    }

    private static String diff(String name, String old, String text) {
        List<String> lines = old.lines().toList();
        return String.join("\n", UnifiedDiffUtils.generateUnifiedDiff(old.isEmpty() ? "/dev/null" : name,
                text.isEmpty() ? "/dev/null" : name, lines, DiffUtils.diff(lines, text.lines().toList()), CONTEXT));
    }
}
