package io.payroute.platform.route.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.snakeyaml.engine.v2.nodes.Node;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.route.RoleFiles;
import io.payroute.platform.route.RoleFiles.Problem;

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

    private RouteCheck(ConfigFolder folder) {
        this.folder = folder;
    }

    /**
     * @param more what is known to be wrong with other files of the folder
     * @return what is wrong, in the order of files and lines; empty when all is well
     */
    public static List<Finding> check(ConfigFolder folder, List<Problem> more) {
        RouteCheck check = new RouteCheck(folder);
        check.add(more);
        return check.check();
    }

    private void add(List<Problem> problems) {
        problems.forEach(
                problem -> findings.add(new Finding(shown(Path.of(problem.file())), problem.line(), problem.text())));
    }

    private List<Finding> check() {
        read();
        SchemaCheck schema = new SchemaCheck(findings);
        trees.keySet().forEach(schema::check);
        new FolderCheck(findings, folder).check(kamelets);
        Ids ids = new Ids(findings, trees);
        BeanIndex beans = new BeanIndex();
        Placeholders placeholders = new Placeholders(folder);
        References references = new References(findings, new EndpointCheck(beans), beans, placeholders, kamelets,
                ids.counting());
        ids.counting().forEach(part -> references.check(part.file(), part.node()));
        kamelets.values().stream().filter(trees::containsKey).forEach(file -> references.check(file, trees.get(file)));
        new ModelCheck(findings, placeholders).check(trees.keySet(), ids);
        if (folder.exists()) {
            RoleFiles.all().forEach(role -> add(role.problems(folder, ids.routes())));
        }
        return findings.all();
    }

    private void read() {
        PackagedFiles.each("routes", ".camel.yaml", (name, file) -> routes.add(file(name, file, true)));
        PackagedFiles.each("kamelets", ".kamelet.yaml", (name, file) -> kamelets.put(kamelet(file), file(name, file, true)));
        if (folder.exists()) {
            folder.routes().forEach(file -> routes.add(file(shown(file), file, false)));
            folder.kamelets().forEach(file -> kamelets.put(kamelet(file), file(shown(file), file, false)));
        }
        routes.forEach(this::parse);
        kamelets.values().forEach(this::parse);
    }

    private void parse(SourceFile file) {
        file.tree(findings).ifPresent(tree -> trees.put(file, tree));
    }

    private static String kamelet(Path file) {
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
