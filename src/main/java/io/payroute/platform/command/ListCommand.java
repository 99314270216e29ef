package io.payroute.platform.command;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Defaults;
import io.payroute.platform.route.check.RoutePart;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "list", description = "Lists routes, kamelets, templates and the folder's keys: packaged, replaced or added.")
final class ListCommand implements Runnable {

    private static final String ROW = "%-9s %-20s %-36s %s%n";

    @Spec
    private CommandSpec spec;

    @Mixin
    private FolderArgument argument;

    @Option(names = "--changed", description = "Only what the folder replaces or adds.")
    private boolean changed;

    @Override
    public void run() {
        ConfigFolder folder = argument.folder();
        for (RoutePart part : RoutePart.all(folder)) {
            if (part.own() != null || !changed) {
                row(part.state(), part.kind(), part.id(), (part.own() == null ? part.packaged() : part.own()).file());
            }
        }
        folder.properties().keySet()
                .forEach(key -> row(Defaults.packaged().all().containsKey(key) ? "replaced" : "added", "key",
                        key, "application.properties"));
    }

    private void row(String... columns) {
        Payroute.out(spec).printf(ROW, (Object[]) columns);
    }
}
