package io.payroute.platform.access;

import java.util.EnumSet;
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

    private enum Trait {
        EVERYBODYS, LIMITED, LIMITED_BY_ADDRESS, PAGE, UNRECORDED, PROVEN, IN_ENVELOPE
    }

    private final String method;
    private final String[] segments;
    private final Scope scope;
    private final Set<Trait> traits;
    private final Set<String> parameters;

    /** For everybody, without credentials. */
    public static AccessRule open(String method, String path) {
        return new AccessRule(method, path, null, Set.of());
    }

    /** Of each user's own: a caller who is one user may come in. */
    public static AccessRule own(String method, String path, Scope scope, String... parameters) {
        return new AccessRule(method, path, scope, Set.of(parameters), Trait.LIMITED);
    }

    /** About more than one user's, and so closed to a caller who is one user. */
    public static AccessRule everybodys(String method, String path, Scope scope, String... parameters) {
        return new AccessRule(method, path, scope, Set.of(parameters), Trait.EVERYBODYS, Trait.LIMITED);
    }

    /** About more than one user's, not limited by rate, with whatever query parameters. */
    static AccessRule unlimited(String method, String path, Scope scope) {
        return new AccessRule(method, path, scope, null, Trait.EVERYBODYS);
    }

    private AccessRule(String method, String path, Scope scope, Set<String> parameters, Trait... traits) {
        this(method, path.substring(1).split("/"), scope, Set.of(traits), parameters);
    }

    private AccessRule(String method, String[] segments, Scope scope, Set<Trait> traits, Set<String> parameters) {
        this.method = method;
        this.segments = segments;
        this.scope = scope;
        this.traits = traits.isEmpty() ? EnumSet.noneOf(Trait.class) : EnumSet.copyOf(traits);
        this.parameters = parameters;
    }

    private AccessRule with(Trait trait) {
        Set<Trait> all = EnumSet.of(trait);
        all.addAll(traits);
        return new AccessRule(method, segments, scope, all, parameters);
    }

    /** The same row with more query parameters. */
    public AccessRule with(String... more) {
        Set<String> all = new TreeSet<>(parameters);
        all.addAll(List.of(more));
        return new AccessRule(method, segments, scope, traits, all);
    }

    /** The same row for a path that reads no query parameter and so refuses none: the address is others' to choose. */
    public AccessRule withAny() {
        return new AccessRule(method, segments, scope, traits, null);
    }

    /** The same open row, which tells an operator more: credentials are checked, if there are any. */
    public AccessRule withMore() {
        return with(Trait.EVERYBODYS);
    }

    /**
     * The same row for a page that a browser shows: it may send forms, its credentials may be those of a {@link BrowserSessions
     * session}, which somebody has to open in every mode, and it is not limited by rate, because a page asks for many things.
     */
    public AccessRule asPage() {
        AccessRule page = with(Trait.PAGE);
        page.traits.remove(Trait.LIMITED);
        return page;
    }

    /** The same row for a path that is asked again and again and changes nothing, or records by itself what it changes. */
    AccessRule unrecorded() {
        return with(Trait.UNRECORDED);
    }

    /** The same row for what belongs to people: credentials are required in every mode, unless it is open. */
    public AccessRule proven() {
        return with(Trait.PROVEN);
    }

    /** The same row for a path whose refusals are {@code {error, details, code}} instead of problem+json. */
    public AccessRule inEnvelope() {
        return with(Trait.IN_ENVELOPE);
    }

    /** The same open row, limited by rate for each address. */
    public AccessRule byAddress() {
        return with(Trait.LIMITED_BY_ADDRESS);
    }

    /** Whether what an operator sends there is recorded. */
    boolean recorded() {
        return !traits.contains(Trait.UNRECORDED);
    }

    /** Whether nobody comes in on his word alone. */
    boolean isProven() {
        return traits.contains(Trait.PROVEN);
    }

    boolean isInEnvelope() {
        return traits.contains(Trait.IN_ENVELOPE);
    }

    /** Whether it is a page for browsers. */
    boolean page() {
        return traits.contains(Trait.PAGE);
    }

    /** Whether an open path tells an operator more. */
    boolean tellsMore() {
        return open() && everybodys();
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
        return traits.contains(Trait.EVERYBODYS);
    }

    /** Whether it uses the caller's share of the rate limit. */
    boolean limited() {
        return traits.contains(Trait.LIMITED);
    }

    /** Whether an open path uses the share of the caller's address. */
    boolean limitedByAddress() {
        return traits.contains(Trait.LIMITED_BY_ADDRESS);
    }

    /** The query parameters there are; null when none is read. */
    Set<String> parameters() {
        return parameters;
    }

    /** As the router does, it takes a path with a slash at its end for the one without. */
    boolean fits(String requested, String path) {
        return (method.equals(ANY) || method.equals(requested)) && isOf(path);
    }

    /** Whether it is about this path, whatever the method. */
    boolean isOf(String path) {
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
