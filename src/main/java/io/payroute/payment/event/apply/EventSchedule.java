package io.payroute.payment.event.apply;

import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.event.DueEvent;
import io.payroute.platform.work.Backoff;

/** When an event that could not be applied yet is tried again, and when it is given up. */
@ApplicationScoped
class EventSchedule {

    private final Backoff retry;
    private final Duration giveUpAfter;

    EventSchedule(@ConfigProperty(name = "payment.provider-events.retry-first") Duration first,
            @ConfigProperty(name = "payment.provider-events.retry-max") Duration max,
            @ConfigProperty(name = "payment.provider-events.give-up-after") Duration giveUpAfter) {
        this.retry = new Backoff(first, max);
        this.giveUpAfter = giveUpAfter;
    }

    /** @return null when it has waited long enough */
    Duration again(DueEvent due) {
        return due.waited().compareTo(giveUpAfter) > 0 ? null : retry.after(due.attempts());
    }
}
