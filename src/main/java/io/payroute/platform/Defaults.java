package io.payroute.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The packaged configuration: {@code application.properties}, and for each role in {@code roles/roles.txt} what every role has
 * ({@code roles/role.properties}; {@code roles/database.properties} with a database), its own file ({@code roles/<role>.properties}) and its routes. So a role is added by its own
 * files and one line.
 */
public final class Defaults {

    private static final Defaults PACKAGED = new Defaults(Defaults::packaged);

    private final UnaryOperator<String> files;
    private final List<String> roles;

    /** @param files gives the text of a resource */
    public Defaults(UnaryOperator<String> files) {
        this(files, lines(files.apply("roles/roles.txt")));
    }

    /** With other roles than the packaged ones. */
    public Defaults(UnaryOperator<String> files, List<String> roles) {
        this.files = files;
        this.roles = roles;
    }

    public static Defaults packaged() {
        return PACKAGED;
    }

    public static String packaged(String resource) {
        try (InputStream file = Defaults.class.getClassLoader().getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException("The package has no " + resource);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every role there is. */
    public List<String> roles() {
        return roles;
    }

    /** Those that keep something. */
    public List<String> withDatabase() {
        List<String> without = lines(files.apply("roles/without-database.txt"));
        return roles.stream().filter(role -> !without.contains(role)).toList();
    }

    /** What a role adds, as it is written. */
    public String text(String role) {
        String database = withDatabase().contains(role) ? files.apply("roles/database.properties") + '\n' : "";
        return (files.apply("roles/role.properties") + '\n' + database).replace("{role}", role).replace("{ROLE}",
                role.toUpperCase(Locale.ROOT)) + files.apply("roles/" + role + ".properties");
    }

    private static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).map(String::strip).toList();
    }

    /** All of it, as it is written. */
    public String text() {
        return Stream.concat(Stream.of(files.apply("application.properties")), roles.stream().map(this::text))
                .collect(Collectors.joining("\n"));
    }

    /** What the roles add to {@code application.properties}. */
    public Map<String, String> ofRoles() {
        Map<String, String> all = new TreeMap<>();
        roles.forEach(role -> all.putAll(parsed(text(role))));
        all.put("camel.main.routes-include-pattern", Stream.concat(Stream.of("shared"), roles.stream())
                .map(role -> "classpath:routes/" + role + "/*.camel.yaml").collect(Collectors.joining(",")));
        return all;
    }

    /** Key and value of everything. */
    public Properties all() {
        Properties all = new Properties();
        all.putAll(parsed(files.apply("application.properties")));
        all.putAll(ofRoles());
        return all;
    }

    private static Map<String, String> parsed(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> parsed = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> parsed.put(key, properties.getProperty(key)));
        return parsed;
    }
}
