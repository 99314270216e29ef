package io.payroute.notification.mail;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.TemplateLocator.TemplateLocation;
import io.quarkus.qute.Variant;

/**
 * The Qute templates under {@code templates/mail}. In an HTML template every value is escaped; a value that a template names and
 * nobody gave is an error, not a gap in a customer's mail.
 */
final class MailTemplates {

    private final Engine engine = Engine.builder().addDefaults().strictRendering(true).addLocator(MailTemplates::locate)
            .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML))).build();

    /** @param name such as {@code payment-completed.html} */
    String render(String name, Map<String, Object> values) {
        io.quarkus.qute.Template template = engine.getTemplate(name);
        if (template == null) {
            throw new IllegalArgumentException("There is no mail template " + name);
        }
        return template.render(values);
    }

    private static Optional<TemplateLocation> locate(String name) {
        String path = "templates/mail/" + name;
        if (MailTemplates.class.getClassLoader().getResource(path) == null) {
            return Optional.empty();
        }
        return Optional.of(new Resource(path));
    }

    private record Resource(String path) implements TemplateLocation {

        @Override
        public Reader read() {
            InputStream bytes = MailTemplates.class.getClassLoader().getResourceAsStream(path);
            return new InputStreamReader(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public Optional<Variant> getVariant() {
            return Optional.of(Variant.forContentType(path.endsWith(".html") ? Variant.TEXT_HTML : Variant.TEXT_PLAIN));
        }
    }
}
