package io.payroute.platform.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.eclipse.microprofile.config.spi.ConfigSource;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Defaults;
import io.payroute.platform.route.RoleFiles;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;

/**
 * Gives the configuration the defaults of the roles ({@link Defaults}) and the addresses of the embedded servers
 * ({@link EmbeddedServersConfigSource}), once it has been checked.
 */
public class EmbeddedServersConfigSourceFactory implements ConfigSourceFactory {

    private static final int BELOW_APPLICATION = 200;
    private static final String BUILD_SOURCE = "source=Build system";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        UnaryOperator<String> config = key -> {
            ConfigValue value = context.getValue(key);
            return value == null ? null : value.getValue();
        };
        if (isBuild(context)) {
            return List.of(roles());
        }
        String data = config.apply("payroute.embedded.data-dir");
        ConfigFolder folder = ConfigFolder.ofProcess();
        List<String> wrong = new ArrayList<>(
                FolderGate.findings(folder, folder(data).resolve("config-folder.checked")));
        folder.strayKeys()
                .ifPresent(file -> wrong.add(file + " would count as well, although " + ConfigFolder.VARIABLE + " names "
                        + folder.path() + ": move its keys there, and the file away."));
        if (wrong.isEmpty()) {
            RoleFiles.all().forEach(role -> wrong.addAll(role.missing(folder, config)));
        }
        new ConfigCheck(ConfigKeys.packagedOnes(), config, new ExternalAddresses(config, key -> written(context, key)))
                .check(names(context), wrong, FolderKeys.problems(folder));
        return List.of(roles(), new EmbeddedServersConfigSource(config, key -> written(context, key),
                new EmbeddedServersProcess(config)::addresses, new OperatorPassword(folder(data))::token));
    }

    private static Path folder(String data) {
        return Path.of(data == null ? "data" : data);
    }

    /** What the roles add to application.properties, where each of it can be overridden. */
    private static ConfigSource roles() {
        return new PropertiesConfigSource(Defaults.packaged().ofRoles(), "Defaults of the roles", BELOW_APPLICATION);
    }

    private static String written(ConfigSourceContext context, String key) {
        return context.getConfigSources().stream().sorted(Comparator.comparingInt(ConfigSource::getOrdinal).reversed())
                .map(source -> source.getValue(key)).filter(Objects::nonNull).findFirst().orElse(null);
    }

    /** As they are written: a source of variables also gives keys that it guesses from others' variables. */
    private static Set<String> names(ConfigSourceContext context) {
        Set<String> names = new HashSet<>(System.getenv().keySet());
        context.getConfigSources().stream().filter(source -> !(source instanceof EnvConfigSource))
                .forEach(source -> names.addAll(source.getPropertyNames()));
        return names;
    }

    /** The build makes a configuration too, with a source that never exists at run time. It must not start servers. */
    private static boolean isBuild(ConfigSourceContext context) {
        return context.getConfigSources().stream().anyMatch(source -> source.getName().contains(BUILD_SOURCE));
    }
}
