package io.payroute.platform.command;

import java.nio.file.Files;
import java.nio.file.Path;

import io.payroute.platform.ConfigFolder;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The folder that a command works on. */
final class FolderArgument {

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "The folder, instead of the one of the process.")
    private Path path;

    /** @return one that may not be there, if none was named */
    ConfigFolder folder() {
        if (path != null && !Files.isDirectory(path)) {
            throw new ParameterException(spec.commandLine(), "There is no folder " + path + ".");
        }
        ConfigFolder folder = path == null ? ConfigFolder.ofProcess() : ConfigFolder.at(path);
        if (path == null && System.getenv(ConfigFolder.VARIABLE) != null && !folder.exists()) {
            throw new ParameterException(spec.commandLine(),
                    ConfigFolder.VARIABLE + " names " + folder.path() + ", which is no folder.");
        }
        return folder;
    }
}
