package io.payroute.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.http.ProblemException;
import io.payroute.http.RequestCheck;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Says who is calling, before anything else is done for them. In external mode only a known bearer token comes in ({@code GET
 * /health} excepted); in embedded mode, which listens on loopback alone, the caller is whoever the client says.
 *
 * <p>A singleton without a proxy, so that it is made, and wrong configuration found, when the application starts.
 *
 * <p>The name is the context's {@value #CALLER} and the request header {@value #CALLER_HEADER}. A client cannot set that header:
 * its own is removed, and because Camel makes headers of query parameters too, a parameter of this name is refused, as is one that
 * stands for an idempotency key.
 */
@Singleton
public class AccessGuard implements RequestCheck {

    /** Key of the caller's name in the routing context. */
    public static final String CALLER = "payroute.caller";
    /** Request header with the caller's name, for the routes' allow list. */
    public static final String CALLER_HEADER = "X-Payroute-Caller";

    /** What a route lets in as a header must not come as a query parameter. */
    private static final List<String> HEADERS_ONLY = List.of(CALLER_HEADER, "Idempotency-Key");
    private static final String BEARER = "bearer ";
    private static final int MAX_NAME = 128;

    private final boolean external;
    private final AccessTokens tokens;

    /** @throws IllegalStateException naming the property that is missing or wrong; the application does not start */
    @Inject
    public AccessGuard(@ConfigProperty(name = "payroute.mode", defaultValue = "embedded") String mode,
            @ConfigProperty(name = "payroute.http.tokens") Optional<String> configured,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        this(isLoopback(host) ? mode : "external", configured);
    }

    AccessGuard(String mode, Optional<String> configured) {
        if (!mode.equals("external") && !mode.equals("embedded")) {
            throw new IllegalStateException("PAYROUTE_MODE must be embedded or external, but is " + mode);
        }
        external = mode.equals("external");
        tokens = AccessTokens.parse(configured.orElse(""));
        if (external && tokens.isEmpty()) {
            throw new IllegalStateException(
                    "PAYROUTE_HTTP_TOKENS is missing: external mode, and any address beyond loopback (HTTP_HOST), takes "
                            + "requests with a token only. "
                            + "Set it to name:token, comma separated, with tokens of at least " + AccessTokens.MIN_LENGTH
                            + " characters, for example PAYROUTE_HTTP_TOKENS=shop:$(openssl rand -hex 32)");
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
    public void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        refuseParameter(context);
        String caller = external ? tokenOwner(context) : userHeader(request);
        context.put(CALLER, caller);
        request.headers().set(CALLER_HEADER, caller);
    }

    private String tokenOwner(RoutingContext context) {
        String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        String caller = bearer ? tokens.callerOf(authorization.substring(BEARER.length()).trim()) : null;
        if (caller != null) {
            return caller;
        }
        if (context.request().method() == HttpMethod.GET && context.normalizedPath().equals("/health")) {
            return "anonymous";
        }
        context.response().putHeader("WWW-Authenticate", "Bearer");
        throw ProblemException.unauthorized("Send the header Authorization: Bearer with a valid token.");
    }

    private static String userHeader(HttpServerRequest request) {
        String user = request.getHeader("X-User-ID");
        if (user == null || user.isBlank()) {
            return "anonymous";
        }
        if (user.length() > MAX_NAME || !user.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw ProblemException
                    .badRequest("The header X-User-ID must have at most " + MAX_NAME + " visible ASCII characters.");
        }
        return user;
    }

    private static void refuseParameter(RoutingContext context) {
        String query = context.request().query();
        if (query == null || query.isEmpty()) {
            return;
        }
        for (Map.Entry<String, String> parameter : context.queryParams()) {
            for (String header : HEADERS_ONLY) {
                if (header.equalsIgnoreCase(parameter.getKey())) {
                    throw ProblemException.badRequest("The query parameter " + header + " is not allowed.");
                }
            }
        }
    }
}
