package io.payroute.inventory;

import java.time.Instant;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.inventory.StockWrites.Answer;
import io.payroute.inventory.model.Outcome;
import io.payroute.inventory.model.Outcome.Kind;
import io.payroute.inventory.model.StockCommand.Reserve;
import io.payroute.proto.inventory.ReserveStockRequest;
import io.payroute.proto.inventory.ReserveStockResponse;

/**
 * Holds the items of an order, all or none, until it is committed, released, or the time is over. An order has its items once and for
 * all: with others it is refused. One that was released is refused for ever, also where it was never reserved.
 */
@ApplicationScoped
@Named("reserveStock")
public class ReserveStock {

    private final StockWrites writes;

    ReserveStock(StockWrites writes) {
        this.writes = writes;
    }

    public ReserveStockResponse reserve(ReserveStockRequest request) throws Exception {
        String order = ItemRules.id("order_id", request.getOrderId());
        Answer answer = writes.write(new Reserve(order, ItemRules.items(request.getItemsList())));
        Outcome outcome = answer.outcome();
        ReserveStockResponse.Builder response = ReserveStockResponse.newBuilder().setOrderId(order);
        if (outcome.isDone()) {
            Instant expiresAt = answer.expiresAt();
            return response.setSuccess(true).setMessage("Reserved").setExpiresAt(expiresAt.toString()).build();
        }
        if (outcome.kind() == Kind.USED_OTHERWISE) {
            throw StockRefusal.used("order_id");
        }
        if (outcome.productId() == null) {
            throw StockRefusal.of(outcome);
        }
        return response.setMessage(StockRefusal.words(outcome)).build();
    }
}
