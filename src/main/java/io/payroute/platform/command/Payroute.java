package io.payroute.platform.command;

import java.io.PrintWriter;
import java.util.ServiceLoader;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * What a team does with its folder from the command line. Nothing but {@code run} starts the application; that one is done by the
 * script, which ends where the JVM begins.
 */
@Command(name = "payroute", description = "Runs Payroute, and works on the folder of what you change in it.", subcommands = {
        RunCommand.class, CheckCommand.class, ListCommand.class, DiffCommand.class, ExportCommand.class,
        PictureCommand.class}, footer = {"",
                "FOLDER is by default what PAYROUTE_CONFIG names, or config where the process starts.",
                "It ends with 0 when all is well, 1 when something was found, 2 when it was called wrongly."})
public final class Payroute implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    public static void main(String[] arguments) {
        System.exit(line().execute(arguments));
    }

    static CommandLine line() {
        CommandLine line = new CommandLine(new Payroute()).addSubcommand(DryRunCommand.line());
        ServiceLoader.load(RoleCommand.class).forEach(line::addSubcommand);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do.");
    }

    /** Where a command writes. */
    static PrintWriter out(CommandSpec spec) {
        return spec.commandLine().getOut();
    }
}
