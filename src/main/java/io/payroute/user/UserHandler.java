package io.payroute.user;

import java.sql.SQLException;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Confined;
import io.payroute.platform.http.JsonAnswer;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/** Serves the keys that verify access tokens, and has operators say who is an administrator of the catalogue. */
@ApplicationScoped
@Named("userHandler")
public class UserHandler {

    private static final String SET_ADMIN = "UPDATE account SET admin = ? WHERE id = ?";
    private static final String KEYS_MAX_AGE = "max-age=300";

    private final RoleDatabases databases;
    private final TokenKeys keys;

    @Inject
    UserHandler(RoleDatabases databases, TokenKeys keys) {
        this.databases = databases;
        this.keys = keys;
    }

    public void keys(Exchange exchange) {
        JsonAnswer.set(exchange.getMessage(), new JsonObject(keys.publicSet()));
        exchange.getMessage().setHeader("Cache-Control", KEYS_MAX_AGE);
    }

    /** Takes effect with the next access token. Repeating it is harmless. */
    public void appoint(Exchange exchange) throws SQLException {
        set(exchange.getMessage(), true);
    }

    /** Likewise. */
    public void dismiss(Exchange exchange) throws SQLException {
        set(exchange.getMessage(), false);
    }

    private void set(Message message, boolean admin) throws SQLException {
        Confined.refuse(message, "Only operators may say who is an administrator.");
        UUID id = id(message.getHeader("id", "", String.class));
        if (Sql.update(databases.of(UserRole.NAME), SET_ADMIN, admin, id) == 0) {
            throw FindUser.unknown();
        }
        JsonAnswer.set(message, new JsonObject().put("user_id", id.toString()).put("admin", admin));
    }

    private static UUID id(String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw FindUser.unknown();
        }
    }
}
