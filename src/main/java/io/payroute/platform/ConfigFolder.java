package io.payroute.platform;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder in which a team keeps what it has changed: routes, kamelets, provider rules, mail templates and keys. What is in it
 * replaces what is packaged under the same name, or adds to it; so nothing of ours is edited to configure Payroute.
 */
public final class ConfigFolder {

    public static final String KEY = "payroute.config";
    public static final String VARIABLE = "PAYROUTE_CONFIG";
    private static final String STANDARD = "config";

    private final Path path;

    private ConfigFolder(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    public static ConfigFolder at(Path path) {
        return new ConfigFolder(path);
    }

    /** The one of this process: by system property, variable, or where the process starts. It must be known before any other key. */
    public static ConfigFolder ofProcess() {
        String name = System.getProperty(KEY, System.getenv(VARIABLE));
        return at(Path.of(name == null || name.isBlank() ? STANDARD : name.strip()));
    }

    /**
     * Keys that would count beside those of this folder: Quarkus reads those of a folder config by itself, whatever folder is named.
     */
    public Optional<Path> strayKeys() {
        return strayKeys(at(Path.of(STANDARD)));
    }

    Optional<Path> strayKeys(ConfigFolder standard) {
        try {
            boolean same = exists() && standard.exists() && Files.isSameFile(standard.path, path);
            return same ? Optional.empty() : standard.file("application.properties").filter(file -> !file.startsWith(path));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public Path path() {
        return path;
    }

    public boolean exists() {
        return Files.isDirectory(path);
    }

    /** @param name such as {@code provider-rules.yaml}, as it is packaged */
    public Optional<Path> file(String name) {
        Path file = path.resolve(name.replaceFirst("^/+", "")).normalize();
        return Optional.of(file).filter(one -> one.startsWith(path) && Files.isRegularFile(one));
    }

    public List<Path> routes() {
        return files(path.resolve("routes"), ".camel.yaml");
    }

    public List<Path> kamelets() {
        return files(path.resolve("kamelets"), ".kamelet.yaml");
    }

    /** All that it has, whether or not anything reads it. */
    public List<Path> files() {
        return files(path, "");
    }

    /** Files of a mounted volume are links beside a hidden folder that holds them. */
    private static List<Path> files(Path start, String end) {
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(start, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> file.toString().endsWith(end) && isVisible(start.relativize(file)))
                    .filter(Files::isRegularFile).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalStateException("The folder " + start + " cannot be read: " + e, e);
        }
    }

    private static boolean isVisible(Path file) {
        for (Path part : file) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    /** Its {@code application.properties}. */
    public Map<String, String> properties() {
        Map<String, String> all = new TreeMap<>();
        file("application.properties").ifPresent(file -> {
            Properties properties = new Properties();
            try (Reader text = Files.newBufferedReader(file)) {
                properties.load(text);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalStateException(file + " cannot be read as UTF-8 properties: " + e.getMessage());
            }
            properties.stringPropertyNames().forEach(key -> all.put(key, properties.getProperty(key)));
        });
        return all;
    }
}
