package io.payroute.platform.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Only its help: the script starts the application in place of this JVM. */
@Command(name = "run", description = "Starts Payroute. Options of the JVM may follow, such as -Dquarkus.http.port=8090.")
final class RunCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Unmatched
    private String[] options;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Start it by the script payroute, which stands beside payroute.jar.");
    }
}
