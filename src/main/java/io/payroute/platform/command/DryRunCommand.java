package io.payroute.platform.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.config.FolderKeys;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial;
import io.payroute.platform.dryrun.Trial.Said;
import io.payroute.platform.dryrun.Trial.Tried;
import io.payroute.platform.route.check.Finding;
import io.payroute.platform.route.check.RouteCheck;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is tried, each role says by its {@link Trial}s; what would be different without the folder is said beside it. */
@Command(name = "dry-run", description = "Shows what would become of what you recorded. Nothing is started, and nothing leaves the process.")
final class DryRunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private FolderArgument argument;

    @Option(names = "--answer", paramLabel = "STEP=BODY", description = "What another system answers to the step of this id; otherwise nothing.")
    private Map<String, String> answers = new LinkedHashMap<>();

    @Option(names = "--json", description = "Writes JSON.")
    private boolean json;

    /** With the options of the roles. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new DryRunCommand());
        Trial.all().forEach(trial -> trial.options().forEach(option -> line.getCommandSpec().addOption(OptionSpec
                .builder(option.name()).paramLabel(option.label()).type(String.class).description(option.description())
                .build())));
        return line;
    }

    @Override
    public Integer call() throws Exception {
        ConfigFolder folder = argument.folder();
        if (Trial.all().stream().noneMatch(trial -> isWanted(trial))) {
            throw new ParameterException(spec.commandLine(), "Say what to try: " + String.join(" or ",
                    Trial.all().stream().filter(trial -> !trial.options().isEmpty()).map(trial -> trial.options().get(0).name())
                            .toList())
                    + ".");
        }
        List<Finding> findings = RouteCheck.check(folder, FolderKeys.problems(folder));
        if (!findings.isEmpty()) {
            findings.forEach(out()::println);
            out().println("Nothing was tried; payroute check must find nothing first.");
            return 1;
        }
        List<Tried> own = in(folder);
        List<Tried> packaged = folder.exists() ? in(ConfigFolder.at(folder.path().resolve("none"))) : own;
        if (json) {
            out().println(json(own, packaged).encodePrettily());
        } else {
            own.forEach(tried -> print(tried, packaged));
        }
        long bad = own.stream().filter(tried -> tried.said().stream().anyMatch(Said::bad)).count();
        if (!json) {
            out().println(own.size() + " tried, " + (bad == 0 ? "all is well." : bad + " to be mended."));
        }
        return bad == 0 ? 0 : 1;
    }

    private boolean isWanted(Trial trial) {
        return !trial.options().isEmpty() && value(trial.options().get(0)) != null;
    }

    private String value(Trial.Option option) {
        return spec.findOption(option.name()).getValue();
    }

    /** Some of what decides looks for the folder of the process by itself. */
    private List<Tried> in(ConfigFolder folder) throws Exception {
        String before = System.setProperty(ConfigFolder.KEY, folder.path().toString());
        List<Tried> all = new ArrayList<>();
        List<Trial> trials = Trial.all();
        try (DryRoutes routes = new DryRoutes(folder, trials, answers)) {
            for (Trial trial : trials) {
                if (isWanted(trial)) {
                    Map<String, String> given = new HashMap<>();
                    trial.options().forEach(option -> given.put(option.name(), value(option)));
                    all.addAll(trial.run(routes, given));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        } finally {
            if (before == null) {
                System.clearProperty(ConfigFolder.KEY);
            } else {
                System.setProperty(ConfigFolder.KEY, before);
            }
        }
        return all;
    }

    private void print(Tried tried, List<Tried> packaged) {
        out().println(tried.title());
        List<Said> without = without(tried, packaged);
        for (Said said : tried.said()) {
            row(said.bad() ? "! " + said.what() : said.what(), said.text());
        }
        if (!tried.said().equals(without)) {
            without.stream().filter(said -> !tried.said().contains(said))
                    .forEach(said -> row("packaged", said.what() + ": " + said.text()));
            if (tried.said().containsAll(without)) {
                row("packaged", "not " + String.join(", not ", tried.said().stream().filter(said -> !without.contains(said))
                        .map(Said::what).distinct().toList()));
            }
        }
        out().println();
    }

    private void row(String what, String text) {
        List<String> lines = text.lines().toList();
        out().printf("  %-12s %s%n", what, lines.isEmpty() ? "" : lines.get(0));
        lines.stream().skip(1).forEach(line -> out().printf("  %-12s %s%n", "", line));
    }

    private static List<Said> without(Tried tried, List<Tried> packaged) {
        return packaged.stream().filter(one -> one.id().equals(tried.id())).findFirst().map(Tried::said)
                .orElse(List.of());
    }

    private static JsonArray json(List<Tried> own, List<Tried> packaged) {
        JsonArray all = new JsonArray();
        own.forEach(tried -> {
            JsonObject one = new JsonObject().put("tried", tried.title()).put("said", json(tried.said()));
            List<Said> without = without(tried, packaged);
            all.add(Objects.equals(tried.said(), without) ? one : one.put("packaged", json(without)));
        });
        return all;
    }

    private static JsonArray json(List<Said> said) {
        JsonArray all = new JsonArray();
        said.forEach(one -> all.add(new JsonObject().put("what", one.what()).put("text", one.text()).put("bad", one.bad())));
        return all;
    }

    private PrintWriter out() {
        return Payroute.out(spec);
    }
}
