package io.payroute.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.TemplateLocator.TemplateLocation;
import io.quarkus.qute.Variant;

/**
 * The Qute templates of a folder, packaged or in the {@link ConfigFolder}. In an HTML template every value is escaped; a value that
 * a template names and nobody gave is an error, not a gap in a customer's mail.
 */
public final class Templates {

    private final String folder;
    private final Engine engine;

    /**
     * All are read now: one that is changed later, or is being written, counts from the next start.
     *
     * @param folder such as {@code templates/mail}
     */
    public Templates(String folder) {
        this.folder = folder;
        this.engine = Engine.builder().addDefaults().strictRendering(true).addLocator(this::locate)
                .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML))).build();
        PackagedFiles.each(folder, "", (name, file) -> engine.getTemplate(file.getFileName().toString()));
    }

    /** @param name such as {@code payment-completed.html} */
    public String render(String name, Map<String, Object> values) {
        io.quarkus.qute.Template template = engine.getTemplate(name);
        if (template == null) {
            throw new IllegalArgumentException("There is no template " + name);
        }
        return template.render(values);
    }

    /** The folder's template instead of the packaged one of that name. */
    private Optional<TemplateLocation> locate(String name) {
        String path = folder + "/" + name;
        Optional<Path> own = ConfigFolder.ofProcess().file(path);
        if (own.isPresent()) {
            return own.map(file -> new Resource(path, () -> Files.newInputStream(file)));
        }
        if (Templates.class.getClassLoader().getResource(path) == null) {
            return Optional.empty();
        }
        return Optional.of(new Resource(path, () -> Templates.class.getClassLoader().getResourceAsStream(path)));
    }

    private interface Bytes {
        InputStream open() throws IOException;
    }

    private record Resource(String path, Bytes bytes) implements TemplateLocation {

        @Override
        public Reader read() {
            try {
                return new InputStreamReader(bytes.open(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<Variant> getVariant() {
            return Optional.of(Variant.forContentType(path.endsWith(".html") ? Variant.TEXT_HTML : Variant.TEXT_PLAIN));
        }
    }
}
