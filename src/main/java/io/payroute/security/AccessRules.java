package io.payroute.security;

import java.util.List;

/**
 * The table of what a request needs: the first row that fits its method and path. A path that nobody put into the table needs
 * {@link Scope#OPERATE}, so that what is forgotten is closed.
 */
final class AccessRules {

    private static final String ANY = "*";

    /** Rows of the busiest paths come first. */
    private static final List<Rule> RULES = List.of(payments("POST", "/pay", Scope.PAYMENTS_WRITE),
            payments("POST", "/noop", Scope.PAYMENTS_WRITE),
            payments("POST", "/process-payment", Scope.PAYMENTS_WRITE),
            payments("GET", "/process-payment", Scope.PAYMENTS_READ),
            payments("POST", "/api/v1/payments", Scope.PAYMENTS_WRITE),
            payments("GET", "/api/v1/payments/**", Scope.PAYMENTS_READ),
            payments("POST", "/api/v1/payments/*/capture", Scope.REFUNDS_WRITE),
            payments("POST", "/api/v1/payments/*/cancel", Scope.REFUNDS_WRITE),
            payments("POST", "/api/v1/payments/*/refunds", Scope.REFUNDS_WRITE),
            open("POST", "/webhooks/*"),
            open("GET", "/health"),
            open("GET", "/openapi.yaml"),
            open("GET", "/q/swagger-ui/**"),
            everybodys(ANY, "/api/v1/webhook-endpoints/**", Scope.WEBHOOKS_MANAGE),
            everybodys(ANY, "/api/v1/api-keys/**", Scope.KEYS_MANAGE),
            everybodys(ANY, "/api/v1/dead-letters/**", Scope.OPERATE),
            everybodys(ANY, "/api/v1/provider-events/**", Scope.OPERATE),
            everybodys(ANY, "/api/v1/reconciliations/**", Scope.OPERATE),
            everybodys(ANY, "/api/v1/notifications/**", Scope.OPERATE),
            new Rule("GET", "/q/**", Scope.OPERATE, true, false));

    private static final Rule UNKNOWN = everybodys(ANY, "/**", Scope.OPERATE);

    private AccessRules() {
    }

    /** The row for a request; the last one, for paths unknown, when none fits. */
    static Rule of(String method, String path) {
        Rule listed = listed(method, path);
        return listed == null ? UNKNOWN : listed;
    }

    /** @return null when nobody thought of this path */
    static Rule listed(String method, String path) {
        for (Rule rule : RULES) {
            if (rule.fits(method, path)) {
                return rule;
            }
        }
        return null;
    }

    private static Rule open(String method, String path) {
        return new Rule(method, path, null, false, false);
    }

    private static Rule payments(String method, String path, Scope scope) {
        return new Rule(method, path, scope, false, true);
    }

    private static Rule everybodys(String method, String path, Scope scope) {
        return new Rule(method, path, scope, true, true);
    }

    /** One row. In its path {@code *} is one segment and {@code **} whatever follows, also nothing. */
    static final class Rule {

        private final String method;
        private final String[] segments;
        private final Scope scope;
        private final boolean everybodys;
        private final boolean limited;

        private Rule(String method, String path, Scope scope, boolean everybodys, boolean limited) {
            this.method = method;
            this.segments = path.substring(1).split("/");
            this.scope = scope;
            this.everybodys = everybodys;
            this.limited = limited;
        }

        /** Whether no credentials are asked for, or even looked at. */
        boolean open() {
            return scope == null;
        }

        /** What the caller needs; null when open. */
        Scope scope() {
            return scope;
        }

        /** Whether it is about more than one user's payments, and so closed to a caller who is one user. */
        boolean everybodys() {
            return everybodys;
        }

        /** Whether it uses the caller's share of the rate limit. */
        boolean limited() {
            return limited;
        }

        /** As the router does, it takes a path with a slash at its end for the one without. */
        boolean fits(String requested, String path) {
            if (!method.equals(ANY) && !method.equals(requested)) {
                return false;
            }
            int at = 0;
            for (String segment : segments) {
                if (segment.equals("**")) {
                    return true;
                }
                if (at >= path.length()) {
                    return false;
                }
                int end = path.indexOf('/', at + 1);
                end = end < 0 ? path.length() : end;
                int length = end - at - 1;
                if (segment.equals(ANY)
                        ? length == 0
                        : length != segment.length() || !path.startsWith(segment, at + 1)) {
                    return false;
                }
                at = end;
            }
            return at >= path.length() - 1;
        }
    }
}
