package io.payroute.platform.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import io.payroute.platform.picture.DrawPipeline;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "picture", description = "Draws the pipeline, with the folder, as SVG.")
final class PictureCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private FolderArgument argument;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Writes it there, instead of to standard output.")
    private Path output;

    @Override
    public Integer call() throws IOException {
        String svg;
        try {
            svg = DrawPipeline.draw(argument.folder());
        } catch (YamlEngineException | ClassCastException e) {
            Payroute.out(spec).println("A file cannot be read; payroute check says which.");
            return 1;
        }
        if (output == null) {
            Payroute.out(spec).print(svg);
            Payroute.out(spec).flush();
        } else {
            Files.writeString(output, svg);
        }
        return 0;
    }
}
