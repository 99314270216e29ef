package io.payroute.platform.config;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the class path of the embedded servers: the build folder that this application runs from. It holds the compiled
 * classes and the list of libraries the build wrote, and exists where the project was built, not in a container image.
 */
final class EmbeddedServersHome {

    private static final String CLASS_PATH_FILE = "embedded/classpath";
    private static final String CLASSES = "classes";
    private static final String PACKAGE = "io/payroute/embedded";
    private static final String JAR = "embedded/servers.jar";
    private static final int LEVELS_UP = 3;

    private EmbeddedServersHome() {
    }

    /**
     * @param configured payroute.embedded.home, or null to look around the running application
     * @throws IllegalStateException if this package holds no embedded servers
     */
    static String requireClassPath(String configured) {
        List<Path> homes = configured == null ? candidates() : List.of(Path.of(configured).toAbsolutePath());
        return homes.stream().map(EmbeddedServersHome::classPathOf).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> new IllegalStateException("No external servers are configured and the embedded ones are not"
                        + " part of this package: set " + String.join(", ", ExternalAddresses.all())
                        + ", or run from the project folder after a build (payroute.embedded.home names the build folder)."));
    }

    /** The classes of the child as the build has archived them, if it has; the JVM leaves aside an archive that does not fit. */
    static Optional<Path> archive(String classPath) {
        return Optional.of(beside(classPath, "servers.jsa")).filter(Files::isRegularFile);
    }

    /** PostgreSQL's programs as the build has unpacked them, which takes seconds, if it has, for this user. */
    static Optional<Path> programs(String classPath) {
        return Optional.of(beside(classPath, "postgres-programs")).filter(Files::isDirectory).filter(Files::isWritable);
    }

    private static Path beside(String classPath, String name) {
        return Path.of(classPath.split(File.pathSeparator)[0]).resolveSibling(name);
    }

    private static Optional<String> classPathOf(Path home) {
        Path libraries = home.resolve(CLASS_PATH_FILE);
        if (!Files.isRegularFile(libraries)) {
            return Optional.empty();
        }
        try {
            Path packaged = home.resolve(JAR);
            Path compiled = home.resolve(CLASSES);
            Path own = isCurrent(packaged, compiled.resolve(PACKAGE)) ? packaged : compiled;
            return Optional.of(own + File.pathSeparator + Files.readString(libraries).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar is as old as the last package; whoever has compiled since wants what he has compiled. */
    private static boolean isCurrent(Path jar, Path compiled) throws IOException {
        if (!Files.exists(jar) || !Files.isDirectory(compiled)) {
            return Files.exists(jar);
        }
        FileTime packagedAt = Files.getLastModifiedTime(jar);
        try (Stream<Path> classes = Files.list(compiled)) {
            return classes.allMatch(file -> file.toFile().lastModified() <= packagedAt.toMillis());
        }
    }

    private static List<Path> candidates() {
        List<Path> candidates = new ArrayList<>();
        addWithParents(candidates, codeSource());
        addWithParents(candidates, Path.of(System.getProperty("java.class.path").split(File.pathSeparator)[0]));
        candidates.add(Path.of("target").toAbsolutePath());
        return candidates;
    }

    private static void addWithParents(List<Path> candidates, Path start) {
        Path folder = start == null ? null : start.toAbsolutePath().getParent();
        for (int i = 0; i < LEVELS_UP && folder != null; i++) {
            candidates.add(folder);
            folder = folder.getParent();
        }
    }

    private static Path codeSource() {
        CodeSource source = EmbeddedServersHome.class.getProtectionDomain().getCodeSource();
        try {
            return source == null || source.getLocation() == null ? null : Path.of(source.getLocation().toURI());
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return null;
        }
    }
}
