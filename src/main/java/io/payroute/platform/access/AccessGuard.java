package io.payroute.platform.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Refusal;
import io.payroute.platform.http.HttpRefusal;
import io.payroute.platform.http.PagePolicy;
import io.payroute.platform.http.RequestCheck;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Says who is calling, whether they may, and whether not too often, before anything else is done for them. In external mode
 * only a known token comes in, as far as its scopes reach ({@link AccessRules}); in embedded mode, which listens on loopback
 * alone, the caller is whoever the client says, but a token that is sent is checked all the same, and what
 * belongs to people needs one.
 *
 * <p>A singleton without a proxy, so that it is made, and wrong configuration found, when the application starts.
 *
 * <p>What was found out are the context's {@value #CALLER} and request headers of our own. A client cannot set those: its own are
 * removed, and because Camel makes headers of query parameters too, parameters of such a name are refused, as is one that stands
 * for another header that routes let in.
 */
@Singleton
public class AccessGuard implements RequestCheck {

    /** Key of the caller's name in the routing context. */
    public static final String CALLER = "payroute.caller";
    /** Request header with the caller's name, for the routes' allow list. */
    public static final String CALLER_HEADER = "X-Payroute-Caller";
    /** Request header with the one user whose things the caller may see; absent for callers who may see all. */
    public static final String USER_HEADER = "X-Payroute-User";
    /** Request header with the caller's scopes, where keys are made: nobody grants more than they have. */
    public static final String SCOPES_HEADER = "X-Payroute-Scopes";

    private static final String USER_ID = "X-User-ID";
    private static final String OURS = "x-payroute-";
    /** What a route lets in as a header must not come as a query parameter. */
    private static final List<String> HEADERS_ONLY = List.of("idempotency-key", "x-user-id");
    private static final CharSequence WWW_AUTHENTICATE = HttpHeaders.createOptimized("WWW-Authenticate");
    private static final int MAX_NAME = 128;

    private final boolean required;
    private final Credentials credentials;
    private final RateLimit rateLimit;
    private final AccessRules rules;
    private final Scopes scopes;
    private final BrowserSessions sessions;
    private final OperatorActions actions;

    /** @throws IllegalStateException naming the property that is missing or wrong; the application does not start */
    @Inject
    public AccessGuard(@ConfigProperty(name = "payroute.mode", defaultValue = "embedded") String mode,
            @ConfigProperty(name = "quarkus.http.host") String host, Credentials credentials, RateLimit rateLimit,
            AccessRules rules, Scopes scopes, BrowserSessions sessions, OperatorActions actions) {
        this(isLoopback(host) ? mode : "external", credentials, rateLimit, rules, scopes, sessions, actions);
    }

    AccessGuard(String mode, Credentials credentials, RateLimit rateLimit, AccessRules rules, Scopes scopes,
            BrowserSessions sessions, OperatorActions actions) {
        if (!mode.equals("external") && !mode.equals("embedded")) {
            throw new IllegalStateException("PAYROUTE_MODE must be embedded or external, but is " + mode);
        }
        this.required = mode.equals("external");
        this.credentials = credentials;
        this.rateLimit = rateLimit;
        this.rules = rules;
        this.scopes = scopes;
        this.sessions = sessions;
        this.actions = actions;
        if (required && !credentials.areConfigured()) {
            throw new IllegalStateException(
                    "PAYROUTE_HTTP_TOKENS is missing: external mode, and any address beyond loopback (HTTP_HOST), takes "
                            + "requests with a token only. "
                            + "Set it to name:token, comma separated, with tokens of at least " + AccessTokens.MIN_LENGTH
                            + " characters, for example PAYROUTE_HTTP_TOKENS=shop:$(openssl rand -hex 32); "
                            + "or take an issuer's tokens by PAYROUTE_JWT_ISSUER and its like.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public Future<Void> check(RoutingContext context) {
        HttpServerRequest request = context.request();
        AccessRule rule = rules.of(request.method().name(), context.normalizedPath());
        refuseParameters(context, rule.parameters());
        refuseRepeated(request);
        if (rule.page()) {
            PagePolicy.add(request.response());
            SameOrigin.require(request);
            context.put(FORM, true);
        }
        if (rule.open()) {
            tell(context, rule, Caller.ANONYMOUS, null, null);
            if (rule.limitedByAddress()) {
                return rateLimit.takeOfAddress(request);
            }
            return rule.tellsMore() ? introduce(context, rule) : PASSED;
        }
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null && rule.page()) {
            authorization = sessions.authorizationOf(request);
            if (authorization == null) {
                throw SessionRefusal.of(context);
            }
        }
        return prove(context, rule, authorization);
    }

    private Future<Void> prove(RoutingContext context, AccessRule rule, String authorization) {
        HttpServerRequest request = context.request();
        try {
            if (authorization == null) {
                return admit(context, rule, unproven(rule, request));
            }
            Future<Caller> caller = credentials.callerOf(authorization);
            return caller.succeeded()
                    ? admit(context, rule, caller.result())
                    : caller.onFailure(failure -> challenge(context, failure)).compose(known -> admit(context, rule, known));
        } catch (Refusal refused) {
            challenge(context, refused);
            throw refused;
        }
    }

    /** Finds out whether the caller is an operator. Whoever is not known stays anonymous, and is answered all the same. */
    private Future<Void> introduce(RoutingContext context, AccessRule rule) {
        HttpServerRequest request = context.request();
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        try {
            Future<Caller> caller = authorization == null
                    ? Future.succeededFuture(unproven(rule, request))
                    : credentials.callerOf(authorization);
            Future<Void> known = caller.map(one -> {
                boolean operator = one.user() == null && one.scopes().contains(Scope.OPERATE);
                set(request.headers(), SCOPES_HEADER, operator ? Scope.OPERATE.word() : null);
                return null;
            });
            return known.succeeded() ? PASSED : known.otherwiseEmpty();
        } catch (Refusal anonymous) {
            return PASSED;
        }
    }

    @Override
    public boolean isOpen(RoutingContext context) {
        return rules.of(context.request().method().name(), context.normalizedPath()).open();
    }

    @Override
    public boolean isInEnvelope(RoutingContext context) {
        try {
            return rules.isInEnvelope(context.normalizedPath());
        } catch (IllegalArgumentException unreadable) {
            // Of no path that there is.
            return false;
        }
    }

    private Future<Void> admit(RoutingContext context, AccessRule rule, Caller caller) {
        checkUserId(context.request());
        tell(context, rule, caller.name(), caller.user(), caller);
        if (!rule.limited()) {
            return authorize(context, rule, caller);
        }
        Future<Void> share = rateLimit.take(context.response(), caller.bucket());
        return share.succeeded() ? authorize(context, rule, caller) : share.compose(taken -> authorize(context, rule, caller));
    }

    private Future<Void> authorize(RoutingContext context, AccessRule rule, Caller caller) {
        boolean others = rule.everybodys() && caller.user() != null;
        if (others || !caller.scopes().contains(rule.scope())) {
            String needed = rule.scope().word() + (others ? " " + Scope.words(scopes.ofEverybody()) : "");
            context.response().putHeader(WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\", scope=\"" + needed + '"');
            throw Refusal.forbidden("Your token needs the scope " + needed.replace(" ", " and the scope ") + ".");
        }
        if (caller.user() == null) {
            context.put(TRUSTED, true);
        }
        return rule.scope() == Scope.OPERATE && rule.recorded() ? record(context, caller.name()) : PASSED;
    }

    /** What an operator changes is known before it is done, and its answer afterwards; none came where the connection broke. */
    private Future<Void> record(RoutingContext context, String caller) {
        HttpMethod method = context.request().method();
        if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
            return PASSED;
        }
        Future<Long> begun = actions.begin(caller, method.name(), context.normalizedPath());
        context.addEndHandler(ended -> {
            if (ended.succeeded()) {
                begun.compose(id -> actions.answered(id, context.response().getStatusCode()));
            }
        });
        return begun.mapEmpty();
    }

    private static void checkUserId(HttpServerRequest request) {
        String user = request.getHeader(USER_ID);
        if (user != null && (user.isEmpty() || user.length() > MAX_NAME || !user.chars().allMatch(c -> c > 0x20 && c < 0x7f))) {
            throw Refusal.malformed("The header X-User-ID must have 1 to " + MAX_NAME + " visible ASCII characters.");
        }
    }

    /** One value is meant, and which one would be a guess. */
    private static void refuseRepeated(HttpServerRequest request) {
        for (String name : HEADERS_ONLY) {
            if (request.headers().getAll(name).size() > 1) {
                throw Refusal.malformed("The header " + name + " is given more than once.");
            }
        }
    }

    /** Without a token: whoever the client says, or its address; all that is known where only loopback comes in. */
    private Caller unproven(AccessRule rule, HttpServerRequest request) {
        if (required || rule.isProven()) {
            throw Credentials.unknown();
        }
        LocalRequests.require(request);
        String user = request.getHeader(USER_ID);
        return user == null
                ? new Caller(Caller.ANONYMOUS, "address:" + request.remoteAddress().hostAddress(), null, scopes.all())
                : new Caller(user, "id:" + user, null, scopes.all());
    }

    private static void tell(RoutingContext context, AccessRule rule, String name, String user, Caller caller) {
        MultiMap headers = context.request().headers();
        context.put(CALLER, name);
        headers.set(CALLER_HEADER, name);
        set(headers, USER_HEADER, user);
        set(headers, SCOPES_HEADER, rule.scope() == Scope.KEYS_MANAGE ? Scope.words(caller.scopes()) : null);
    }

    private static void set(MultiMap headers, String name, String value) {
        if (value == null) {
            headers.remove(name);
        } else {
            headers.set(name, value);
        }
    }

    private static void challenge(RoutingContext context, Throwable failure) {
        if (failure instanceof Refusal problem && problem.kind() == Refusal.Kind.UNAUTHENTICATED) {
            boolean sent = context.request().headers().contains(HttpHeaders.AUTHORIZATION);
            context.response().putHeader(WWW_AUTHENTICATE, sent ? "Bearer error=\"invalid_token\"" : "Bearer");
        }
    }

    /** @param known null where any may come, because no route reads one */
    private static void refuseParameters(RoutingContext context, Set<String> known) {
        if (known != null) {
            // A route takes a header of the same name for the parameter.
            known.forEach(context.request().headers()::remove);
        }
        String query = context.request().query();
        if (query == null || query.isEmpty()) {
            return;
        }
        for (Map.Entry<String, String> parameter : context.queryParams()) {
            if (known != null && !known.contains(parameter.getKey())) {
                throw HttpRefusal.unknownParameter(parameter.getKey(), known);
            }
            String name = parameter.getKey().toLowerCase(Locale.ROOT);
            // Header names are compared without regard to case, and letters beyond ASCII have cases that are ASCII.
            if (name.startsWith(OURS) || HEADERS_ONLY.contains(name) || !name.chars().allMatch(c -> c < 0x80)) {
                throw Refusal.malformed("The query parameter " + name + " is not allowed.");
            }
        }
    }
}
