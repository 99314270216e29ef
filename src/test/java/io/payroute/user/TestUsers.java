package io.payroute.user;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.proto.user.AuthResponse;
import io.payroute.proto.user.AuthenticateUserRequest;
import io.payroute.proto.user.RefreshTokensRequest;
import io.payroute.proto.user.RegisterUserRequest;
import io.payroute.proto.user.UserResponse;
import io.payroute.testing.TestDatabase;

/** The verbs of the role on a database of the test, with passwords that cost nothing to hash, and are counted. */
final class TestUsers {

    static final String PASSWORD = "a password of the test";
    static final int FREE = 3;
    static final int FREE_PER_ADDRESS = 5;

    final AtomicInteger compared = new AtomicInteger();
    final Passwords passwords = new Passwords(new Argon2id(8, 1), 4, 100, Duration.ofSeconds(20)) {
        @Override
        boolean compare(String password, String stored) {
            compared.incrementAndGet();
            return super.compare(password, stored);
        }
    };
    final TokenKeys keys;
    final RegisterUser register;
    final AuthenticateUser authenticate;
    final RefreshTokens refresh;
    final UserHandler handler;

    TestUsers(TestDatabase database, Path folder) {
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        keys = new TokenKeys(TestRoles.with(UserRole.NAME, true), "embedded", folder, Optional.empty(), Optional.empty());
        IssueTokens tokens = new IssueTokens(new AccessTokenSigner(keys, "issuer", "audience", Duration.ofMinutes(15)),
                Duration.ofDays(30), Duration.ofSeconds(10));
        register = new RegisterUser(databases, passwords, "user.created");
        authenticate = new AuthenticateUser(databases,
                new LoginAttempts(databases, FREE, FREE_PER_ADDRESS, Duration.ofSeconds(2),
                        Duration.ofSeconds(60), Duration.ofHours(24)),
                passwords, tokens);
        refresh = new RefreshTokens(databases, tokens);
        handler = new UserHandler(databases, keys);
    }

    UserResponse register(String email) throws Exception {
        return register.register(
                RegisterUserRequest.newBuilder().setEmail(email).setPassword(PASSWORD).setName("Ada Lovelace").build());
    }

    AuthResponse logIn(String email, String password, String address) throws Exception {
        return authenticate.authenticate(AuthenticateUserRequest.newBuilder().setEmail(email).setPassword(password)
                .setClientAddress(address).build());
    }

    AuthResponse refresh(String token) throws Exception {
        return refresh.refresh(RefreshTokensRequest.newBuilder().setRefreshToken(token).build());
    }

    static List<String> familiesEnded(TestDatabase database) {
        return database.rows("SELECT ended_at IS NOT NULL FROM token_family ORDER BY created_at");
    }
}
