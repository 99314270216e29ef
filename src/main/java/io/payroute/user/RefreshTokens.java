package io.payroute.user;

import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.jboss.logging.Logger;

import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Digests;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.user.AuthResponse;
import io.payroute.proto.user.RefreshTokensRequest;

/**
 * A new pair of tokens for a refresh token, once. One that was spent some time ago and comes again has been copied; who of the two is
 * the thief nobody knows, so all that followed from the same login end.
 */
@ApplicationScoped
@Named("refreshTokens")
public class RefreshTokens {

    private static final Logger LOG = Logger.getLogger(RefreshTokens.class);

    private record Owner(UUID account, boolean admin, String next) {
    }

    private final RoleDatabases databases;
    private final IssueTokens tokens;

    @Inject
    RefreshTokens(RoleDatabases databases, IssueTokens tokens) {
        this.databases = databases;
        this.tokens = tokens;
    }

    public AuthResponse refresh(RefreshTokensRequest request) throws Exception {
        byte[] hash = Digests.sha256(UserRules.refreshToken(request.getRefreshToken()));
        DataSource dataSource = databases.of(UserRole.NAME);
        Optional<Owner> owner = Sql.inTransaction(dataSource, connection -> {
            Optional<IssueTokens.Spent> spent = tokens.spend(connection, hash);
            if (spent.isEmpty()) {
                if (tokens.endIfReused(connection, hash)) {
                    LOG.warn("event=refresh-token-reused role=user");
                }
                return Optional.empty();
            }
            String next = tokens.next(connection, spent.get().family());
            return Optional.of(new Owner(spent.get().account(), spent.get().admin(), next));
        });
        CrashPoint.reached("tokens-rotated");
        return owner.map(one -> tokens.answer(one.account(), one.admin(), one.next()))
                .orElseThrow(() -> Refusal.unauthenticated("The refresh token is not valid. Log in again."));
    }
}
