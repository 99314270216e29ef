package io.payroute.inventory;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.inventory.model.Outcome;
import io.payroute.inventory.model.StockCommand.Commit;
import io.payroute.proto.inventory.CommitStockRequest;
import io.payroute.proto.inventory.CommitStockResponse;

/** Sells what an order holds. What has expired is refused: it may be sold to others already. */
@ApplicationScoped
@Named("commitStock")
public class CommitStock {

    private final StockWrites writes;

    CommitStock(StockWrites writes) {
        this.writes = writes;
    }

    public CommitStockResponse commit(CommitStockRequest request) throws Exception {
        String order = ItemRules.id("order_id", request.getOrderId());
        Outcome outcome = writes.write(new Commit(order)).outcome();
        if (!outcome.isDone()) {
            throw StockRefusal.of(outcome);
        }
        return CommitStockResponse.newBuilder().setOrderId(order).build();
    }
}
