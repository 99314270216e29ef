package io.payroute.inventory;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.outbox.Retention;

/** What this role no longer needs: reservations of orders that are long over, and the answers to changes of stock. */
@ApplicationScoped
class InventoryUpkeep implements Retention.Rules {

    private final Duration reservations;
    private final Duration keys;

    InventoryUpkeep(@ConfigProperty(name = "retention.reservations") Duration reservations,
            @ConfigProperty(name = "retention.idempotency-keys") Duration keys) {
        this.reservations = reservations;
        this.keys = keys;
    }

    @Override
    public List<Retention.Rule> rules() {
        return List.of(
                new Retention.Rule(InventoryRole.NAME, "reservation",
                        "created_at < now() - make_interval(secs => ?) AND status <> 'reserved'", reservations),
                new Retention.Rule(InventoryRole.NAME, "stock_change", "changed_at < now() - make_interval(secs => ?)", keys));
    }
}
