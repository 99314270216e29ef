package io.payroute.inventory;

import java.time.Instant;

import io.payroute.inventory.model.Stock;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.inventory.StockUpdated;

/** What the inventory tells the others, as protobuf. */
final class InventoryEvents {

    static final String UPDATED = "io.payroute.stock.updated";

    private InventoryEvents() {
    }

    static EventEnvelope updated(String topic, Stock stock) {
        StockUpdated event = StockUpdated.newBuilder().setProductId(stock.productId()).setAvailable(stock.available())
                .setVersion(stock.version()).setProductVersion(stock.productVersion()).setUpdatedAt(Instant.now().toString())
                .build();
        return EventEnvelope.protobuf(topic, stock.productId(), UPDATED, event.toByteArray());
    }
}
