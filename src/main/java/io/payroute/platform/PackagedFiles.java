package io.payroute.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files of our own jar, or of the folder of classes where there is no jar. */
public final class PackagedFiles {

    private PackagedFiles() {
    }

    /**
     * @param folder such as {@code routes}, or one file
     * @param found takes each file, in the order of their names, under its name in the package
     */
    public static void each(String folder, String end, BiConsumer<String, Path> found) {
        in(root -> {
            each(root, folder, end, found);
            return null;
        });
    }

    /** Changes with each build. */
    public static String version() {
        try {
            Path source = source();
            return source + " " + Files.size(source) + " " + Files.getLastModifiedTime(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the names and contents of all files of our jar; empty where there is no jar. */
    public static Optional<String> hash() {
        if (Files.isDirectory(source())) {
            return Optional.empty();
        }
        try (ZipFile jar = new ZipFile(source().toFile())) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            jar.stream().sorted(Comparator.comparing(ZipEntry::getName))
                    .forEach(file -> digest
                            .update((file.getName() + " " + file.getCrc() + "\n").getBytes(StandardCharsets.UTF_8)));
            return Optional.of(HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path source() {
        try {
            return Path.of(PackagedFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is done with the files. */
    public interface Reader<T> {
        T read(Path root) throws IOException;
    }

    /** @param reader takes the root of all; it is open only for so long */
    public static <T> T in(Reader<T> reader) {
        try {
            Path source = source();
            if (Files.isDirectory(source)) {
                return reader.read(source);
            }
            try (FileSystem jar = FileSystems.newFileSystem(source)) {
                return reader.read(jar.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void each(Path root, String folder, String end, BiConsumer<String, Path> found) throws IOException {
        Path start = root.resolve(folder);
        if (!Files.exists(start)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(start)) {
            files = all.filter(file -> file.toString().endsWith(end) && Files.isRegularFile(file)).sorted().toList();
        }
        files.forEach(file -> found.accept(root.relativize(file).toString(), file));
    }
}
