package io.payroute.platform.access;

import org.eclipse.microprofile.jwt.JsonWebToken;

import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;

/** The tokens of the issuer of {@code payroute.jwt.*}. */
final class ConfiguredTokens implements IssuerTokens {

    private final JWTAuthContextInfo info;
    private final JWTParser parser;

    ConfiguredTokens(JWTAuthContextInfo info) {
        this.info = info;
        this.parser = new DefaultJWTParser(info);
    }

    @Override
    public String issuer() {
        return info.getIssuedBy();
    }

    @Override
    public Claims verify(String token) throws NotGood {
        try {
            JsonWebToken jwt = parser.parse(token);
            return new Claims(jwt.getSubject(), jwt.getClaim("scope") instanceof String words ? words : null,
                    jwt.getExpirationTime());
        } catch (ParseException e) {
            throw new NotGood(e);
        }
    }
}
