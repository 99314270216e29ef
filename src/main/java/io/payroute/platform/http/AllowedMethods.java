package io.payroute.platform.http;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;

/** The methods of a path, for the header {@code Allow} that a 405 must carry (RFC 9110, section 15.5.6). */
final class AllowedMethods {

    private static final Pattern PARAMETER = Pattern.compile(":[A-Za-z0-9_]+");

    private AllowedMethods() {
    }

    /**
     * The methods of the routes whose path matches, sorted; empty when no route names one. As in OpenAPI a path without
     * parameters goes before one with: {@code /letters/replay} is not the letter of that name.
     */
    static Set<String> of(Router router, String path) {
        Set<String> methods = new TreeSet<>();
        long fewest = Long.MAX_VALUE;
        for (Route route : router.getRoutes()) {
            if (route.methods() != null && route.getPath() != null && matches(route, path)) {
                long parameters = PARAMETER.matcher(route.getPath()).results().count();
                if (parameters < fewest) {
                    methods.clear();
                    fewest = parameters;
                }
                if (parameters == fewest) {
                    route.methods().stream().map(HttpMethod::name).forEach(methods::add);
                }
            }
        }
        return methods;
    }

    /** Vert.x keeps the template of a path with parameters, {@code /payments/:id}, beside the pattern it makes of it. */
    private static boolean matches(Route route, String path) {
        String template = route.getPath();
        Matcher parameter = PARAMETER.matcher(template);
        StringBuilder regex = new StringBuilder();
        int literal = 0;
        for (; parameter.find(); literal = parameter.end()) {
            regex.append(Pattern.quote(template.substring(literal, parameter.start()))).append("[^/]+");
        }
        regex.append(Pattern.quote(template.substring(literal))).append(route.isExactPath() ? "/?" : ".*");
        return path.matches(regex.toString());
    }
}
