package io.payroute.inventory.model;

import io.payroute.inventory.model.StockCommand.Change;

/** A change of a stock that came with a key, and what it led to. */
public record StockChange(String key, String productId, int delta, int newStock) {

    boolean isOf(Change wanted) {
        return productId.equals(wanted.productId()) && delta == wanted.delta();
    }
}
