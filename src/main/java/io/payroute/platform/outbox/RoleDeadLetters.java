package io.payroute.platform.outbox;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.Roles;

/** The dead letters of each role that is on. */
@ApplicationScoped
public class RoleDeadLetters {

    /** Puts a role's work that never was a message back into its queue when its dead letter is replayed. */
    public interface WorkReplay extends DeadLetters.Requeue {
        String role();

        /** The {@code source} of such letters, such as {@code notification.email}. */
        String source();
    }

    private final List<String> roles;
    private final Map<String, DeadLetters> byRole;

    RoleDeadLetters(Roles roles, RoleDatabases databases, Instance<WorkReplay> replays) {
        this.roles = roles.withDatabase();
        byRole = roles.withDatabase().stream().collect(Collectors.toMap(role -> role,
                role -> replays.stream().filter(replay -> replay.role().equals(role)).findFirst()
                        .map(replay -> new DeadLetters(role, databases.of(role), replay.source(), replay))
                        .orElseGet(() -> new DeadLetters(role, databases.of(role)))));
    }

    /** Those that are on. */
    public List<String> roles() {
        return roles;
    }

    /** @return null when the role is unknown or off */
    public DeadLetters of(String role) {
        return byRole.get(role);
    }
}
