package io.payroute.platform.access;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The table of what a request needs and which query parameters it may have: the first row that fits its method and path. A path
 * that nobody put into the table needs {@link Scope#OPERATE}, so that what is forgotten is closed.
 */
final class AccessRules {

    private static final String ANY = "*";
    private static final String[] PAGE = {"status", "limit", "cursor"};

    /** Rows of the busiest paths come first, and of paths that others take in too. */
    private static final List<Rule> RULES = List.of(payments("POST", "/pay", Scope.PAYMENTS_WRITE),
            payments("POST", "/noop", Scope.PAYMENTS_WRITE),
            payments("POST", "/process-payment", Scope.PAYMENTS_WRITE),
            payments("GET", "/process-payment", Scope.PAYMENTS_READ),
            payments("POST", "/api/v1/payments", Scope.PAYMENTS_WRITE),
            payments("GET", "/api/v1/payments", Scope.PAYMENTS_READ, "user_id", "order_id", "reference", "provider", "method",
                    "email", "amount", "currency", "created_from", "created_to").with(PAGE),
            payments("GET", "/api/v1/payments/**", Scope.PAYMENTS_READ),
            payments("POST", "/api/v1/payments/*/capture", Scope.REFUNDS_WRITE),
            payments("POST", "/api/v1/payments/*/cancel", Scope.REFUNDS_WRITE),
            payments("POST", "/api/v1/payments/*/refunds", Scope.REFUNDS_WRITE),
            open("POST", "/webhooks/*").withAny(),
            open("GET", "/health").withMore(),
            open("GET", "/openapi.yaml").withAny(),
            open("GET", "/q/swagger-ui/**").withAny(),
            everybodys("GET", "/api/v1/webhook-endpoints/*/deliveries", Scope.WEBHOOKS_MANAGE, PAGE),
            everybodys(ANY, "/api/v1/webhook-endpoints/**", Scope.WEBHOOKS_MANAGE),
            everybodys(ANY, "/api/v1/api-keys/**", Scope.KEYS_MANAGE),
            everybodys("GET", "/api/v1/dead-letters/*", Scope.OPERATE, "source", "after", "replayed"),
            everybodys(ANY, "/api/v1/dead-letters/**", Scope.OPERATE),
            everybodys("GET", "/api/v1/provider-events", Scope.OPERATE, "provider").with(PAGE),
            everybodys(ANY, "/api/v1/provider-events/**", Scope.OPERATE),
            everybodys(ANY, "/api/v1/reconciliations/**", Scope.OPERATE),
            everybodys("GET", "/api/v1/notifications", Scope.OPERATE, "payment_id", "recipient").with(PAGE),
            everybodys(ANY, "/api/v1/notifications/**", Scope.OPERATE),
            new Rule("GET", "/q/**", Scope.OPERATE, true, false, null));

    private static final Rule UNKNOWN = everybodys(ANY, "/**", Scope.OPERATE).withAny();

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
        return new Rule(method, path, null, false, false, Set.of());
    }

    private static Rule payments(String method, String path, Scope scope, String... parameters) {
        return new Rule(method, path, scope, false, true, Set.of(parameters));
    }

    private static Rule everybodys(String method, String path, Scope scope, String... parameters) {
        return new Rule(method, path, scope, true, true, Set.of(parameters));
    }

    /** One row. In its path {@code *} is one segment and {@code **} whatever follows, also nothing. */
    static final class Rule {

        private final String method;
        private final String[] segments;
        private final Scope scope;
        private final boolean everybodys;
        private final boolean limited;
        private final Set<String> parameters;

        private Rule(String method, String path, Scope scope, boolean everybodys, boolean limited, Set<String> parameters) {
            this(method, path.substring(1).split("/"), scope, everybodys, limited, parameters);
        }

        private Rule(String method, String[] segments, Scope scope, boolean everybodys, boolean limited,
                Set<String> parameters) {
            this.method = method;
            this.segments = segments;
            this.scope = scope;
            this.everybodys = everybodys;
            this.limited = limited;
            this.parameters = parameters;
        }

        /** The same row with more query parameters. */
        private Rule with(String... more) {
            Set<String> all = new TreeSet<>(parameters);
            all.addAll(List.of(more));
            return new Rule(method, segments, scope, everybodys, limited, all);
        }

        /** The same row for a path that reads no query parameter and so refuses none: the address is others' to choose. */
        private Rule withAny() {
            return new Rule(method, segments, scope, everybodys, limited, null);
        }

        /** The same open row, which tells an operator more: credentials are checked, if there are any. */
        private Rule withMore() {
            return new Rule(method, segments, scope, true, limited, parameters);
        }

        /** Whether an open path tells an operator more. */
        boolean tellsMore() {
            return open() && everybodys;
        }

        /** Whether no credentials are required. */
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

        /** The query parameters there are; null when none is read. */
        Set<String> parameters() {
            return parameters;
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
