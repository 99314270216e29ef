package io.payroute.inventory;

import java.util.concurrent.CompletionStage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.inventory.model.StockCommand.Expire;

/** Gives back what an order holds whose time is over. What was committed, released or reserved anew meanwhile stays as it is. */
@ApplicationScoped
@Named("expireStock")
public class ExpireStock {

    private final StockWrites writes;

    ExpireStock(StockWrites writes) {
        this.writes = writes;
    }

    /** @return ends after the commit */
    public CompletionStage<?> expire(DueExpiry due) {
        return writes.submit(new Expire(due.orderId()));
    }
}
