package io.payroute.user;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.grpc.Status;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.user.RegisterUserRequest;
import io.payroute.proto.user.UserResponse;

/** Makes an account, and tells of it in the same transaction. An e-mail address has one, whoever asks at the same time. */
@ApplicationScoped
@Named("registerUser")
public class RegisterUser {

    private static final String INSERT = """
            INSERT INTO account (id, email, name, password_hash) VALUES (?, ?, ?, ?)
            ON CONFLICT (lower(email)) DO NOTHING RETURNING created_at""";

    private final RoleDatabases databases;
    private final Passwords passwords;
    private final String topic;

    @Inject
    RegisterUser(RoleDatabases databases, Passwords passwords, @ConfigProperty(name = "topic.user-created") String topic) {
        this.databases = databases;
        this.passwords = passwords;
        this.topic = topic;
    }

    public UserResponse register(RegisterUserRequest request) throws Exception {
        String email = UserRules.email(request.getEmail());
        String name = UserRules.name(request.getName());
        String hash = passwords.hash(UserRules.newPassword(request.getPassword(), email));
        return FindUser.response(store(Ids.next(), email, name, hash));
    }

    private Account store(UUID id, String email, String name, String hash) throws Exception {
        DataSource dataSource = databases.of(UserRole.NAME);
        return Sql.inTransaction(dataSource, connection -> {
            List<Instant> made = Sql.query(connection, INSERT, row -> Sql.instant(row, "created_at"), id, email, name, hash);
            if (made.isEmpty()) {
                throw Status.ALREADY_EXISTS.withDescription("there is an account with this e-mail address").asException();
            }
            Account account = new Account(id, email, name, made.get(0));
            Outbox.add(connection, UserEvents.created(topic, account));
            return account;
        });
    }
}
