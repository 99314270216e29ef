package io.payroute.user;

import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.user.AuthResponse;
import io.payroute.proto.user.AuthenticateUserRequest;

/** Logs a person in. Whether the address is unknown or the password wrong, the answer, its time and what is counted are the same. */
@ApplicationScoped
@Named("authenticateUser")
public class AuthenticateUser {

    private static final String FIND = "SELECT id, password_hash, admin FROM account WHERE lower(email) = ?";

    private record Found(UUID id, String hash, boolean admin) {
    }

    private final RoleDatabases databases;
    private final LoginAttempts attempts;
    private final Passwords passwords;
    private final IssueTokens tokens;

    @Inject
    AuthenticateUser(RoleDatabases databases, LoginAttempts attempts, Passwords passwords, IssueTokens tokens) {
        this.databases = databases;
        this.attempts = attempts;
        this.passwords = passwords;
        this.tokens = tokens;
    }

    public AuthResponse authenticate(AuthenticateUserRequest request) throws Exception {
        String email = UserRules.email(request.getEmail());
        String password = UserRules.password(request.getPassword());
        LoginAttempts.Source source = LoginAttempts.Source.of(email, UserRules.source(request.getClientAddress()));
        DataSource dataSource = databases.of(UserRole.NAME);
        attempts.count(source);
        Found found = Sql.query(dataSource, FIND,
                row -> new Found(row.getObject("id", UUID.class), row.getString("password_hash"), row.getBoolean("admin")),
                UserRules.canonical(email)).stream().findFirst().orElse(null);
        if (!passwords.matches(password, found == null ? null : found.hash())) {
            throw Refusal.unauthenticated("E-mail address or password is wrong.");
        }
        String refreshToken = Sql.inTransaction(dataSource, connection -> {
            attempts.succeeded(connection, source);
            return tokens.first(connection, found.id());
        });
        return tokens.answer(found.id(), found.admin(), refreshToken);
    }
}
