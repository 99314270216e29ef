package io.payroute.order.model;

/** The states of an order, in the words of the contract. What leads from one to another stands in {@link OrderSaga}. */
public enum OrderStatus {
    PENDING, PAID, FAILED, CANCELLED, REFUNDED
}
