package io.payroute.notification;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.messaging.Retention;
import io.payroute.runtime.Roles;

/** What this role no longer needs: recipients whose booked time is over. */
@ApplicationScoped
class NotificationUpkeep implements Retention.Rules {

    @Override
    public List<Retention.Rule> rules() {
        return List.of(new Retention.Rule(Roles.NOTIFICATION, "recipient",
                "booked_until < now() - make_interval(secs => ?)", Duration.ZERO));
    }
}
