package io.payroute.inventory;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.inventory.model.Outcome;
import io.payroute.inventory.model.Outcome.Kind;
import io.payroute.inventory.model.StockCommand.Change;
import io.payroute.proto.inventory.UpdateStockRequest;
import io.payroute.proto.inventory.UpdateStockResponse;

/** Adds to the pieces for sale, or takes from them. The same key does it once and is answered as at first; without one each call does. */
@ApplicationScoped
@Named("updateStock")
public class UpdateStock {

    private final StockWrites writes;

    UpdateStock(StockWrites writes) {
        this.writes = writes;
    }

    public UpdateStockResponse update(UpdateStockRequest request) throws Exception {
        String product = ItemRules.id("product_id", request.getProductId());
        String key = ItemRules.optional("idempotency_key", request.getIdempotencyKey());
        Outcome outcome = writes.write(new Change(product, request.getStockDelta(), key)).outcome();
        if (outcome.kind() == Kind.USED_OTHERWISE) {
            throw StockRefusal.used("idempotency_key");
        }
        if (!outcome.isDone()) {
            throw StockRefusal.of(outcome);
        }
        return UpdateStockResponse.newBuilder().setProductId(product).setNewStock(outcome.pieces()).build();
    }
}
