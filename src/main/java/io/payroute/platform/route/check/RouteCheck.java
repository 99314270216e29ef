package io.payroute.platform.route.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.apache.camel.model.RouteDefinition;
import org.snakeyaml.engine.v2.nodes.Node;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.route.RoleFiles;
import io.payroute.platform.route.RoleFiles.Problem;
import io.payroute.platform.route.RouteOutline;
import io.payroute.platform.route.check.CheckedPackage.CheckedFile;

/**
 * Checks route files and kamelets before anything runs by them: those of the folder, and the packaged ones that they do not replace,
 * together, as they would run. Finds all that is wrong at once. It starts nothing, and looks up no other system.
 */
public final class RouteCheck {

    private final ConfigFolder folder;
    private final Findings findings = new Findings();
    private final List<SourceFile> routes = new ArrayList<>();
    private final Map<String, SourceFile> kamelets = new TreeMap<>();
    private final Map<SourceFile, Node> trees = new LinkedHashMap<>();

    private final CheckedPackage checked;
    private BeanIndex beans;
    private Placeholders placeholders;
    private List<RouteDefinition> models;

    private RouteCheck(ConfigFolder folder, CheckedPackage checked) {
        this.folder = folder;
        this.checked = checked;
    }

    /**
     * @param more what is known to be wrong with other files of the folder
     * @return what is wrong, in the order of files and lines; empty when all is well
     */
    public static List<Finding> check(ConfigFolder folder, List<Problem> more) {
        RouteCheck check = new RouteCheck(folder, CheckedPackage.NONE);
        check.add(more);
        return check.check();
    }

    /** As above. What the build has checked is looked at only where the folder changes it, or when something is wrong. */
    public static List<Finding> checkAtStart(ConfigFolder folder) {
        return isRight(folder, CheckedPackage.built()) ? List.of() : check(folder, List.of());
    }

    /** @param built what need not be looked at again */
    static boolean isRight(ConfigFolder folder, CheckedPackage built) {
        return built.hasAny() && new RouteCheck(folder, built.besides(folder)).check().isEmpty();
    }

    /** Checks what is packaged. */
    static CheckedPackage ofPackage() {
        RouteCheck check = new RouteCheck(ConfigFolder.at(Path.of("none")), CheckedPackage.NONE);
        if (!check.check().isEmpty()) {
            throw new IllegalStateException("The packaged files are wrong: " + check.findings.all());
        }
        Map<String, RouteOutline> outlines = new HashMap<>();
        check.models.forEach(route -> outlines.put(route.getRouteId(), RouteOutline.of(route)));
        Map<String, CheckedFile> files = new TreeMap<>();
        check.trees.forEach((file, tree) -> files.put(file.name(), CheckedFile.of(file, tree, check.placeholders, outlines)));
        return new CheckedPackage(PackagedFiles.hash().orElse(""), files, check.beans.beans(), check.beans.endpoints());
    }

    private void add(List<Problem> problems) {
        problems.forEach(
                problem -> findings.add(new Finding(shown(Path.of(problem.file())), problem.line(), problem.text())));
    }

    private List<Finding> check() {
        read();
        FutureTask<Void> schema = new FutureTask<>(this::schema, null);
        new Thread(schema, "schema-check").start();
        new FolderCheck(findings, folder).check(kamelets.values().stream().filter(trees::containsKey).toList());
        Ids ids = new Ids(findings, trees, checked);
        beans = checked.index().orElseGet(BeanIndex::new);
        placeholders = new Placeholders(folder);
        References references = new References(findings, new EndpointCheck(beans), beans, placeholders, kamelets, ids);
        ids.counting().forEach(part -> references.check(part.file(), part.node()));
        kamelets.values().stream().filter(trees::containsKey).forEach(file -> references.check(file, trees.get(file)));
        await(schema);
        models = new ModelCheck(findings, placeholders).check(trees.keySet(), ids);
        if (folder.exists()) {
            RoleFiles.all().forEach(role -> add(role.problems(folder, ids.routes())));
        }
        return findings.all();
    }

    /** Beside the rest, because it takes as long: what the schema says of packaged files no folder changes. */
    private void schema() {
        List<SourceFile> files = trees.keySet().stream().filter(file -> !file.packaged() || !checked.hasAny()).toList();
        if (!files.isEmpty()) {
            SchemaCheck schema = new SchemaCheck(findings);
            files.forEach(schema::check);
        }
    }

    private static void await(FutureTask<Void> task) {
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        PackagedFiles.each("routes", ".camel.yaml", (name, file) -> {
            if (!checked.has(name)) {
                routes.add(file(name, file, true));
            }
        });
        PackagedFiles.each("kamelets", ".kamelet.yaml", (name, file) -> kamelets.put(kamelet(file), file(name, file, true)));
        if (folder.exists()) {
            folder.routes().forEach(file -> routes.add(file(shown(file), file, false)));
            folder.kamelets().forEach(file -> kamelets.put(kamelet(file), file(shown(file), file, false)));
        }
        routes.forEach(this::parse);
        kamelets.values().stream().filter(file -> !file.packaged() || !checked.has(file.name())).forEach(this::parse);
    }

    private void parse(SourceFile file) {
        file.tree(findings).ifPresent(tree -> trees.put(file, tree));
    }

    static String kamelet(Path file) {
        return file.getFileName().toString().replaceFirst("\\.kamelet\\.yaml$", "");
    }

    static SourceFile file(String name, Path file, boolean packaged) {
        try {
            return new SourceFile(name, Files.readString(file), packaged);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As its owner would open it. */
    static String shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return (file.startsWith(here) ? here.relativize(file) : file).toString();
    }
}
