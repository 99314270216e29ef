package io.payroute.platform.command;

import java.util.List;
import java.util.concurrent.Callable;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.config.FolderKeys;
import io.payroute.platform.route.check.Finding;
import io.payroute.platform.route.check.RouteCheck;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "check", description = "Checks the packaged files and the folder, as they would run together.")
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private FolderArgument argument;

    @Override
    public Integer call() {
        ConfigFolder folder = argument.folder();
        List<Finding> findings = RouteCheck.check(folder, FolderKeys.problems(folder));
        findings.forEach(Payroute.out(spec)::println);
        String checked = folder.exists() ? "the packaged files and " + folder.path() : "the packaged files; there is no folder";
        Payroute.out(spec).println(findings.isEmpty()
                ? "All is well: " + checked + "."
                : (findings.size() == 1 ? "1 finding in " : findings.size() + " findings in ") + checked + ".");
        return findings.isEmpty() ? 0 : 1;
    }
}
