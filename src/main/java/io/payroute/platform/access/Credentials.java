package io.payroute.platform.access;

import java.util.Optional;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.Refusal;
import io.vertx.core.Future;

/**
 * What a caller proves himself with: a token of the configuration, an API key or a JWT, all sent as
 * {@code Authorization: Bearer}. Which of the three it is shows in its form.
 */
@Singleton
class Credentials {

    private static final String BEARER = "bearer ";

    private final AccessTokens tokens;
    private final ApiKeys apiKeys;
    private final JwtTokens jwts;

    /** @throws IllegalStateException naming the property that is wrong; the application does not start */
    @Inject
    Credentials(@ConfigProperty(name = "payroute.http.tokens") Optional<String> configured, ApiKeys apiKeys, JwtTokens jwts,
            Scopes scopes) {
        this.tokens = AccessTokens.parse("PAYROUTE_HTTP_TOKENS", configured.orElse(""), scopes);
        this.apiKeys = apiKeys;
        this.jwts = jwts;
    }

    /** Whether an operator could come in: API keys and those who log in do not count, because somebody must be in to make the first. */
    boolean areConfigured() {
        return !tokens.isEmpty() || jwts.isConfigured();
    }

    /**
     * @param authorization the header
     * @return failed with 401 when it proves nothing
     * @throws Refusal the same
     */
    Future<Caller> callerOf(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw unknown();
        }
        String token = authorization.substring(BEARER.length()).trim();
        Caller caller = tokens.callerOf(token);
        if (caller != null) {
            return Future.succeededFuture(caller);
        }
        if (token.startsWith(ApiKey.PREFIX)) {
            return apiKeys.callerOf(token);
        }
        if (!jwts.isOn()) {
            throw unknown();
        }
        return jwts.callerOf(token);
    }

    static Refusal unknown() {
        return Refusal.unauthenticated("Send the header Authorization: Bearer with a valid token.");
    }
}
