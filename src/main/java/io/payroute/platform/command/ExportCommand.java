package io.payroute.platform.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Words;
import io.payroute.platform.route.check.RoutePart;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "export", description = "Writes packaged routes, kamelets, templates or provider-rules.yaml into the folder, to be changed there.")
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Ids of routes, or other names, as payroute list shows them.")
    private List<String> names;

    @Option(names = "--to", paramLabel = "FOLDER", description = "The folder, instead of the one of the process.")
    private Path to;

    @Option(names = "--force", description = "Overwrites files that are there.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        ConfigFolder folder = to == null ? ConfigFolder.ofProcess() : ConfigFolder.at(to);
        List<RoutePart> packaged = RoutePart.all(folder).stream().filter(part -> part.packaged() != null).toList();
        List<RoutePart> chosen = names.stream().map(name -> find(packaged, name)).toList();
        int refused = 0;
        for (RoutePart part : chosen) {
            refused += write(folder, part) ? 0 : 1;
        }
        return refused == 0 ? 0 : 1;
    }

    private RoutePart find(List<RoutePart> parts, String name) {
        return parts.stream().filter(part -> part.id().equals(name)).findFirst().orElseThrow(() -> {
            List<String> near = Words.near(parts.stream().map(RoutePart::id).toList(), name);
            return new ParameterException(spec.commandLine(), "Nothing packaged is called '" + name + "'"
                    + (near.isEmpty()
                            ? "; payroute list shows the names."
                            : ", did you mean " + String.join(" or ", near) + "?"));
        });
    }

    private boolean write(ConfigFolder folder, RoutePart part) throws IOException {
        boolean entry = part.kind().equals(RoutePart.ROUTE) || part.kind().equals(RoutePart.CONFIGURATION);
        Path file = folder.path().resolve(entry ? "routes/" + part.id() + ".camel.yaml" : part.packaged().file());
        if (part.own() != null && !force || Files.exists(file) && !force) {
            Payroute.out(spec).println("The folder has '" + part.id() + "', in "
                    + (part.own() == null ? file : part.own().file()) + "; --force overwrites it.");
            return false;
        }
        Files.createDirectories(file.getParent());
        String comment = part.packaged().comment();
        Files.writeString(file, (comment.isEmpty() ? "" : comment + "\n") + part.packaged().text());
        Payroute.out(spec).println(file);
        return true;
    }
}
