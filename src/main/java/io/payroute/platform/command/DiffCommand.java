package io.payroute.platform.command;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Defaults;
import io.payroute.platform.route.check.RoutePart;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "diff", description = "Shows how what the folder replaces or adds differs from what is packaged.")
final class DiffCommand implements Callable<Integer> {

    private static final int CONTEXT = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private FolderArgument argument;

    @Option(names = "--exit-code", description = "Ends with 1 when there are differences.")
    private boolean exitCode;

    private boolean differs;

    @Override
    public Integer call() {
        ConfigFolder folder = argument.folder();
        RoutePart.all(folder).stream().filter(part -> part.own() != null).forEach(part -> show(
                part.packaged() == null ? "/dev/null" : part.packaged().file() + " (" + part.id() + ")",
                part.own().file() + " (" + part.id() + ")",
                part.packaged() == null ? List.of() : part.packaged().text().lines().toList(),
                part.own().text().lines().toList()));
        Properties packaged = Defaults.packaged().all();
        Map<String, String> own = folder.properties();
        show("packaged keys", "application.properties",
                own.keySet().stream().filter(packaged::containsKey).map(key -> key + "=" + packaged.getProperty(key)).toList(),
                own.entrySet().stream().map(Object::toString).toList());
        return exitCode && differs ? 1 : 0;
    }

    private void show(String before, String after, List<String> packaged, List<String> own) {
        List<String> lines = UnifiedDiffUtils.generateUnifiedDiff(before, after, packaged, DiffUtils.diff(packaged, own),
                CONTEXT);
        lines.forEach(Payroute.out(spec)::println);
        differs |= !lines.isEmpty();
    }
}
