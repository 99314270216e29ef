package io.payroute.platform.access;

import java.util.List;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;

import static io.payroute.platform.access.AccessRule.ANY;
import static io.payroute.platform.access.AccessRule.everybodys;
import static io.payroute.platform.access.AccessRule.open;

/**
 * What requests need and which query parameters they may have: the rows of the roles, then those of the paths that every process
 * has. A path in no row needs {@link Scope#OPERATE}, so that what is forgotten is closed.
 */
@ApplicationScoped
class AccessRules {

    private static final List<AccessRule> SHARED = List.of(open("GET", "/health").withMore(),
            open("GET", "/openapi.yaml").withAny(),
            open("GET", "/q/swagger-ui/**").withAny(),
            everybodys("GET", "/api/v1/dead-letters/*", Scope.OPERATE, "source", "after", "replayed"),
            everybodys(ANY, "/api/v1/dead-letters/**", Scope.OPERATE),
            everybodys("GET", "/api/v1/routes", Scope.OPERATE),
            everybodys("GET", "/api/v1/routes/reloads", Scope.OPERATE),
            everybodys("POST", "/api/v1/routes/reload", Scope.OPERATE),
            open("GET", "/"),
            open("GET", "/login").with("next").asPage(), open("POST", "/login").asPage(), open("POST", "/logout").asPage(),
            open("GET", "/pages/*"),
            everybodys("GET", "/ops/dead-letters/*", Scope.OPERATE, "source", "after", "replayed").asPage(),
            everybodys("GET", "/ops", Scope.OPERATE).asPage(),
            everybodys(ANY, "/ops/**", Scope.OPERATE).asPage(),
            AccessRule.unlimited("GET", "/q/**", Scope.OPERATE),
            open("GET", "/hawtio/auth/logout").asPage(),
            AccessRule.unlimited("POST", "/hawtio/jolokia", Scope.OPERATE).asPage().unrecorded(),
            AccessRule.unlimited(ANY, "/hawtio/**", Scope.OPERATE).asPage());

    private static final AccessRule UNKNOWN = everybodys(ANY, "/**", Scope.OPERATE).withAny();

    private final List<AccessRule> rules;

    @Inject
    AccessRules(@Any Instance<RoleAccess> roles) {
        this(roles.stream());
    }

    AccessRules(Stream<RoleAccess> roles) {
        this.rules = Stream.concat(roles.flatMap(role -> role.rules().stream()), SHARED.stream()).toList();
    }

    /** The row for a request; the last one, for paths unknown, when none fits. */
    AccessRule of(String method, String path) {
        AccessRule listed = listed(method, path);
        return listed == null ? UNKNOWN : listed;
    }

    /** Whether a path's refusals are {@code {error, details, code}}, also that of a method that it does not take. */
    boolean isInEnvelope(String path) {
        return rules.stream().anyMatch(rule -> rule.isInEnvelope() && rule.isOf(path));
    }

    /** @return null when nobody thought of this path */
    AccessRule listed(String method, String path) {
        for (AccessRule rule : rules) {
            if (rule.fits(method, path)) {
                return rule;
            }
        }
        return null;
    }
}
