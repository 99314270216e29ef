package io.payroute.platform.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSourceProvider;

import io.payroute.platform.ConfigFolder;
import io.smallrye.config.PropertiesConfigSource;

/**
 * Has the configuration know the keys of the {@link ConfigFolder}, above the packaged ones and below variables and system
 * properties, and Camel its kamelets.
 */
public class ConfigFolderSource implements ConfigSourceProvider {

    /** Above application.properties, also one in a folder config, which Quarkus reads by itself; below variables. */
    private static final int ORDINAL = 275;
    private static final String KAMELETS = "camel.component.kamelet.location";

    @Override
    public Iterable<ConfigSource> getConfigSources(ClassLoader loader) {
        ConfigFolder folder = ConfigFolder.ofProcess();
        return folder.exists() ? List.of(source(folder)) : List.of();
    }

    static ConfigSource source(ConfigFolder folder) {
        Map<String, String> keys = new HashMap<>();
        if (!folder.kamelets().isEmpty()) {
            keys.put(KAMELETS, "file:" + folder.path().resolve("kamelets") + ",classpath:kamelets");
        }
        keys.putAll(folder.properties());
        return new PropertiesConfigSource(keys, "Folder " + folder.path(), ORDINAL);
    }
}
