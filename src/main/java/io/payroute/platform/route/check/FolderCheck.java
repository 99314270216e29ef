package io.payroute.platform.route.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.Words;

/** Finds in the folder what nothing would read, because it has another name or stands elsewhere. */
final class FolderCheck {

    private static final List<String> TOP = List.of("application.properties", "provider-rules.yaml");
    private static final List<String> PARTS = List.of("application.properties", "provider-rules.yaml", "routes", "kamelets",
            "templates");
    private static final String TEMPLATES = "templates/mail";

    private final Findings findings;
    private final ConfigFolder folder;

    FolderCheck(Findings findings, ConfigFolder folder) {
        this.findings = findings;
        this.folder = folder;
    }

    void check(List<SourceFile> kamelets) {
        kamelets.forEach(file -> file.tree(findings).ifPresent(tree -> {
            String name = RouteCheck.kamelet(Path.of(file.name()));
            String said = SourceFile.textAt(tree, "metadata", "name");
            if (!name.equals(said)) {
                findings.add(file, SourceFile.at(tree, "metadata", "name") == null
                        ? 1
                        : SourceFile.line(SourceFile.at(tree, "metadata", "name")),
                        "metadata.name is '" + said + "' and must be '" + name + "', as the file is called.");
            }
        }));
        if (!folder.exists()) {
            return;
        }
        folder.files().stream().map(folder.path()::relativize).forEach(this::check);
    }

    private static boolean isYaml(String name) {
        return name.matches(".*\\.ya?ml");
    }

    private void check(Path file) {
        String name = file.toString();
        String wrong = null;
        if (file.startsWith("routes")) {
            wrong = name.endsWith(".camel.yaml") || !isYaml(name) ? null : "a file of routes ends with .camel.yaml";
        } else if (file.startsWith("kamelets")) {
            wrong = file.getNameCount() == 2 && name.endsWith(".kamelet.yaml") || !isYaml(name)
                    ? null
                    : "a kamelet stands in kamelets/ itself and ends with .kamelet.yaml";
        } else if (file.startsWith(TEMPLATES)) {
            Set<String> known = new TreeSet<>();
            PackagedFiles.each(TEMPLATES, "", (packaged, path) -> known.add(Path.of(packaged).getFileName().toString()));
            wrong = known.contains(file.getFileName().toString())
                    ? null
                    : "no mail is made of this template" + Findings.meant(known, file.getFileName().toString());
        } else if (!TOP.contains(name)) {
            // Other files may stand beside them, but none that was meant to be one of them.
            List<String> near = Words.near(PARTS, file.getName(0).toString());
            wrong = near.isEmpty() || name.matches("application-.*\\.properties")
                    ? null
                    : "the folder has no such part, did you mean " + String.join(" or ", near).replace("templates", TEMPLATES)
                            + "?";
        }
        if (wrong != null) {
            findings.add(new Finding(RouteCheck.shown(folder.path().resolve(file)), 1,
                    "nothing reads this file: " + wrong.replaceFirst("([^.?])$", "$1.")));
        }
    }
}
