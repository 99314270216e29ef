package io.payroute.notification;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import io.payroute.platform.outbox.Retention;

/** What this role no longer needs: recipients whose booked time is over. */
@ApplicationScoped
class NotificationUpkeep implements Retention.Rules {

    @Override
    public List<Retention.Rule> rules() {
        return List.of(new Retention.Rule(NotificationRole.NAME, "recipient",
                "booked_until < now() - make_interval(secs => ?)", Duration.ZERO));
    }
}
