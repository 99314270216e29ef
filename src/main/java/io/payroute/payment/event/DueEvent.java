package io.payroute.payment.event;

import java.time.Duration;
import java.util.UUID;

import io.payroute.platform.LogSubject;
import io.payroute.platform.work.WorkTask;
import io.payroute.provider.StoredEvent;

/**
 * A stored event that was claimed to be applied.
 *
 * @param attempts this one included; with the id it tells this claim from every other
 * @param waited since it came, or was made due again by hand
 */
public record DueEvent(UUID id, String provider, String eventId, byte[] payload, int attempts, Duration waited)
        implements
            WorkTask,
            StoredEvent {

    /** Exchange property that holds it, whatever a route makes of the body. */
    public static final String PROPERTY = "dueProviderEvent";

    @Override
    public String logIds() {
        return LogSubject.id("eventId", eventId) + LogSubject.id("provider", provider);
    }

    @Override
    public String traceKey() {
        return id.toString();
    }

    @Override
    public String key() {
        return provider;
    }
}
