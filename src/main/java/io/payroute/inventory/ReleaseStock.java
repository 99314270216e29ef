package io.payroute.inventory;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.inventory.model.Outcome;
import io.payroute.inventory.model.StockCommand.Release;
import io.payroute.proto.inventory.ReleaseStockRequest;
import io.payroute.proto.inventory.ReleaseStockResponse;

/** Gives back what an order holds or has bought. The order is off from then on: nothing can be reserved for it any more. */
@ApplicationScoped
@Named("releaseStock")
public class ReleaseStock {

    private final StockWrites writes;

    ReleaseStock(StockWrites writes) {
        this.writes = writes;
    }

    public ReleaseStockResponse release(ReleaseStockRequest request) throws Exception {
        String order = ItemRules.id("order_id", request.getOrderId());
        Outcome outcome = writes.write(new Release(order)).outcome();
        if (!outcome.isDone()) {
            throw StockRefusal.of(outcome);
        }
        return ReleaseStockResponse.newBuilder().setOrderId(order).build();
    }
}
