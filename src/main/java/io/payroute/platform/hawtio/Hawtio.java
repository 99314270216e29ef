package io.payroute.platform.hawtio;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Refusal;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.access.BrowserSessions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The console for routes, at {@code /hawtio}: its files, which the build unpacks, the few answers that they expect of a server, and
 * JMX by {@link HawtioJolokia}. It has no port and no login of its own: the edge lets in whoever has the scope {@code operate}.
 * Where it is off there is nothing at this path.
 */
@ApplicationScoped
public class Hawtio {

    static final String ROOT = "/hawtio";
    /** What it shows first by itself is a diagram of all routes, which takes a browser many seconds. */
    private static final String LIST = ROOT + "/camel/routes?nid=root-org.apache.camel-Camel-payroute-routes";

    private static final String FILES = "META-INF/resources/hawtio/";
    private static final Set<String> JOLOKIA = Set.of("jolokia", "jolokia/");
    private static final String LOGOUT = "auth/logout";
    private static final String USER = "user";
    /** Before the files that Quarkus serves by itself, and behind the edge. */
    private static final int ORDER = Integer.MIN_VALUE + 100;
    /** Names of files, and nothing that could lead elsewhere. */
    private static final Pattern FILE = Pattern.compile("(?:[\\w-]+/)*[\\w-]+(?:\\.[\\w-]+)+");
    /** Those have a hash of what is in them in their names. */
    private static final String HASHED = "static/";
    /** Its scripts make styles and workers by themselves. Nothing from elsewhere, and in nobody's frame. */
    private static final String POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            + "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
            + "frame-ancestors 'none'";
    /** What it asks a server for, each answered with "there is none": plugins, connections, other ways to log in. */
    private static final Map<String, String> NONE = Map.of("plugin", "[]", "preset-connections", "[]", "auth/config", "[]",
            "auth/config/oidc", "[]", "auth/config/login", "[]", "auth/config/session-timeout", "{\"timeout\":-1}",
            "keycloak/enabled", "false", "proxy/enabled", "false");

    private final boolean enabled;
    private final HawtioJolokia jolokia;
    private final BrowserSessions sessions;
    private final String page;

    Hawtio(@ConfigProperty(name = "payroute.hawtio.enabled") boolean enabled, HawtioJolokia jolokia, BrowserSessions sessions)
            throws IOException {
        this.enabled = enabled;
        this.jolokia = jolokia;
        this.sessions = sessions;
        this.page = enabled ? page() : null;
    }

    void install(@Observes Router router) {
        router.route(ROOT + "/*").order(ORDER).handler(enabled ? this::answer : Hawtio::nothing);
    }

    private static void nothing(RoutingContext context) {
        context.fail(Refusal.notFound("There is nothing at this path."));
    }

    private void answer(RoutingContext context) {
        String path = context.normalizedPath();
        String name = path.length() > ROOT.length() ? path.substring(ROOT.length() + 1) : null;
        HttpMethod method = context.request().method();
        context.response().putHeader("Content-Security-Policy", POLICY);
        if (name == null) {
            lead(context, LIST);
        } else if (JOLOKIA.contains(name) && (method == HttpMethod.POST || method == HttpMethod.GET)) {
            jolokia.answer(context);
        } else if (name.startsWith("jolokia") || method != HttpMethod.GET && method != HttpMethod.HEAD) {
            nothing(context);
        } else if (name.equals(LOGOUT)) {
            sessions.close(context.request());
            lead(context, "/login?next=/hawtio/");
        } else if (name.equals(USER)) {
            json(context, Json.encode(context.<String>get(AccessGuard.CALLER)));
        } else if (NONE.containsKey(name)) {
            json(context, NONE.get(name));
        } else if (FILE.matcher(name).matches() && !name.equals("index.html") && file(name) != null) {
            if (name.startsWith(HASHED)) {
                context.response().putHeader(HttpHeaders.CACHE_CONTROL, "private, max-age=31536000, immutable");
            }
            context.next();
        } else {
            context.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/html;charset=UTF-8").end(page);
        }
    }

    private static void lead(RoutingContext context, String path) {
        context.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, path).end();
    }

    private static void json(RoutingContext context, String body) {
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(body);
    }

    private static String page() throws IOException {
        URL file = file("index.html");
        if (file == null) {
            throw new IllegalStateException("The files of the console are missing in this package; build it again, or start "
                    + "with payroute.hawtio.enabled=false.");
        }
        try (InputStream content = file.openStream()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static URL file(String name) {
        return Thread.currentThread().getContextClassLoader().getResource(FILES + name);
    }
}
