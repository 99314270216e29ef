package io.payroute.platform.route.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.route.RouteOutline;

/**
 * What the build found out about the packaged files when it checked them, so that a start looks at the folder's files alone. It
 * counts for the package that it was made of and for no other, and for none of the files in which the folder changes something.
 *
 * @param hash of the package
 * @param files by name
 * @param beans names of classes by the names that routes give them
 * @param endpoints names of classes by scheme
 */
record CheckedPackage(String hash, Map<String, CheckedFile> files, Map<String, String> beans, Map<String, String> endpoints) {

    /** Nothing was checked. */
    static final CheckedPackage NONE = new CheckedPackage("", Map.of(), Map.of(), Map.of());

    private static final String RESOURCE = "checked-package.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param keys that what it says depends on
     * @param kamelets that it calls
     */
    record CheckedFile(Set<String> keys, Set<String> kamelets, List<CheckedRoute> routes, Set<String> configurations) {

        /** @param outlines by the ids of the routes */
        static CheckedFile of(SourceFile file, Node tree, Placeholders placeholders, Map<String, RouteOutline> outlines) {
            List<CheckedRoute> routes = new ArrayList<>();
            Set<String> configurations = new TreeSet<>();
            for (Node entry : SourceFile.items(tree)) {
                String id = SourceFile.textAt(entry, "route", "id");
                String configuration = SourceFile.textAt(entry, "routeConfiguration", "id");
                if (id != null) {
                    routes.add(new CheckedRoute(outlines.get(id), Ids.consumer(entry),
                            Ids.steps(entry).stream().map(ScalarNode::getValue)
                                    .collect(Collectors.toCollection(TreeSet::new))));
                } else if (configuration != null) {
                    configurations.add(configuration);
                }
            }
            Set<String> kamelets = new TreeSet<>();
            KAMELET.matcher(file.text()).results().forEach(found -> kamelets.add(found.group(1)));
            return new CheckedFile(placeholders.keys(file.text()), kamelets, routes, configurations);
        }

        private static final Pattern KAMELET = Pattern.compile("kamelet:([A-Za-z0-9_-]+)");

        private boolean has(Set<String> changedKeys, Set<String> changedKamelets) {
            return !Collections.disjoint(keys, changedKeys) || !Collections.disjoint(kamelets, changedKamelets);
        }
    }

    /**
     * @param consumer of which there can be one, or null
     * @param steps their ids
     */
    record CheckedRoute(RouteOutline outline, String consumer, Set<String> steps) {
    }

    /** What the build of this package left in it; nothing where it is not packaged, or is another one by now. */
    static CheckedPackage built() {
        try (InputStream file = CheckedPackage.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            if (file == null) {
                return NONE;
            }
            CheckedPackage built = JSON.readValue(file, CheckedPackage.class);
            return PackagedFiles.hash().filter(built.hash::equals).map(hash -> built).orElse(NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the files that the folder, or what is set for this process, changes something in. */
    CheckedPackage besides(ConfigFolder folder) {
        Set<String> keys = new HashSet<>(System.getProperties().stringPropertyNames());
        keys.addAll(folder.properties().keySet());
        Set<String> kamelets = new HashSet<>();
        folder.kamelets().forEach(file -> kamelets.add(RouteCheck.kamelet(file)));
        Map<String, CheckedFile> rest = new HashMap<>(files);
        rest.values().removeIf(file -> file.has(keys, kamelets));
        return new CheckedPackage(hash, rest, beans, endpoints);
    }

    boolean hasAny() {
        return !files.isEmpty();
    }

    boolean has(String file) {
        return files.containsKey(file);
    }

    Optional<BeanIndex> index() {
        return beans.isEmpty() ? Optional.empty() : Optional.of(new BeanIndex(beans, endpoints));
    }

    /** For the build: checks the package, and leaves what it found out. */
    public static void main(String[] arguments) throws IOException {
        JSON.writeValue(Path.of(arguments[0]).resolve(RESOURCE).toFile(), RouteCheck.ofPackage());
    }
}
