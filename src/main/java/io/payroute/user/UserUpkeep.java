package io.payroute.user;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.outbox.Retention;

/** What this role no longer needs: logins whose last token has expired, and attempts that are forgotten. */
@ApplicationScoped
class UserUpkeep implements Retention.Rules {

    private final Duration forgetAfter;

    UserUpkeep(@ConfigProperty(name = "user.login.forget-after") Duration forgetAfter) {
        this.forgetAfter = forgetAfter;
    }

    @Override
    public List<Retention.Rule> rules() {
        return List.of(
                new Retention.Rule(UserRole.NAME, "token_family", "expires_at < now() - make_interval(secs => ?)",
                        Duration.ZERO),
                new Retention.Rule(UserRole.NAME, "login_attempt", "last_at < now() - make_interval(secs => ?)", forgetAfter));
    }
}
