package io.payroute.user;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.access.Scope;
import io.payroute.platform.access.TokenIssuer;
import io.quarkus.arc.Unremovable;

/**
 * Has the edge take the tokens of those who logged in, and for nothing more than what people may be given: by the keys of this process
 * where the role is on, else by those that another process serves.
 */
@Singleton
@Unremovable
class UserTokens implements TokenIssuer {

    private final Trust trust;

    /** @throws IllegalStateException naming the property that is wrong; the application does not start */
    @Inject
    UserTokens(TokenKeys keys, @ConfigProperty(name = "payroute.mode", defaultValue = "embedded") String mode,
            @ConfigProperty(name = "user.token.issuer") String issuer,
            @ConfigProperty(name = "user.token.audience") String audience,
            @ConfigProperty(name = "user.token.jwks") Optional<URI> jwks) {
        Set<Scope> scopes = Set.of(UserAccess.BUY, UserAccess.CATALOG);
        if (!keys.all().isEmpty()) {
            trust = new Trust(issuer, audience, scopes, keys.all(), null);
        } else {
            jwks.ifPresent(address -> TokenIssuer.checkAddress("USER_TOKEN_JWKS", address, mode.equals("embedded")));
            trust = jwks.map(address -> new Trust(issuer, audience, scopes, null, address)).orElse(null);
        }
    }

    @Override
    public Optional<Trust> trust() {
        return Optional.ofNullable(trust);
    }
}
