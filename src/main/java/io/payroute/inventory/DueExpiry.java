package io.payroute.inventory;

import io.payroute.platform.work.WorkTask;

/** An order whose reservation has had its time. @param claims with this one */
record DueExpiry(String orderId, int claims) implements WorkTask {

    @Override
    public String key() {
        return "expiry";
    }
}
