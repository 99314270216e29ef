package io.payroute.platform.access;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a request needs and which query parameters it may have. In its path {@code *} is one segment and {@code **} whatever
 * follows, also nothing.
 */
public final class AccessRule {

    /** Any method. */
    public static final String ANY = "*";
    /** The query parameters of a list that comes in pages. */
    public static final String[] PAGE = {"status", "limit", "cursor"};

    private final String method;
    private final String[] segments;
    private final Scope scope;
    private final boolean everybodys;
    private final boolean limited;
    private final boolean page;
    private final boolean recorded;
    private final Set<String> parameters;

    /** For everybody, without credentials. */
    public static AccessRule open(String method, String path) {
        return new AccessRule(method, path, null, false, false, Set.of());
    }

    /** Of each user's own: a caller who is one user may come in. */
    public static AccessRule own(String method, String path, Scope scope, String... parameters) {
        return new AccessRule(method, path, scope, false, true, Set.of(parameters));
    }

    /** About more than one user's, and so closed to a caller who is one user. */
    public static AccessRule everybodys(String method, String path, Scope scope, String... parameters) {
        return new AccessRule(method, path, scope, true, true, Set.of(parameters));
    }

    /** About more than one user's, not limited by rate, with whatever query parameters. */
    static AccessRule unlimited(String method, String path, Scope scope) {
        return new AccessRule(method, path, scope, true, false, null);
    }

    private AccessRule(String method, String path, Scope scope, boolean everybodys, boolean limited, Set<String> parameters) {
        this(method, path.substring(1).split("/"), scope, everybodys, limited, false, true, parameters);
    }

    private AccessRule(String method, String[] segments, Scope scope, boolean everybodys, boolean limited, boolean page,
            boolean recorded, Set<String> parameters) {
        this.method = method;
        this.segments = segments;
        this.scope = scope;
        this.everybodys = everybodys;
        this.limited = limited;
        this.page = page;
        this.recorded = recorded;
        this.parameters = parameters;
    }

    /** The same row with more query parameters. */
    public AccessRule with(String... more) {
        Set<String> all = new TreeSet<>(parameters);
        all.addAll(List.of(more));
        return new AccessRule(method, segments, scope, everybodys, limited, page, recorded, all);
    }

    /** The same row for a path that reads no query parameter and so refuses none: the address is others' to choose. */
    public AccessRule withAny() {
        return new AccessRule(method, segments, scope, everybodys, limited, page, recorded, null);
    }

    /** The same open row, which tells an operator more: credentials are checked, if there are any. */
    public AccessRule withMore() {
        return new AccessRule(method, segments, scope, true, limited, page, recorded, parameters);
    }

    /**
     * The same row for a page that a browser shows: it may send forms, its credentials may be those of a {@link BrowserSessions
     * session}, which somebody has to open in every mode, and it is not limited by rate, because a page asks for many things.
     */
    public AccessRule asPage() {
        return new AccessRule(method, segments, scope, everybodys, false, true, recorded, parameters);
    }

    /** The same row for a path that is asked again and again and changes nothing, or records by itself what it changes. */
    AccessRule unrecorded() {
        return new AccessRule(method, segments, scope, everybodys, limited, page, false, parameters);
    }

    /** Whether what an operator sends there is recorded. */
    boolean recorded() {
        return recorded;
    }

    /** Whether it is a page for browsers. */
    boolean page() {
        return page;
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
