package io.payroute.inventory.model;

import java.time.Instant;
import java.util.SortedMap;

/**
 * What an order holds, or held.
 *
 * @param items pieces by product; none of an order that was released before it was reserved
 * @param expiresAt when it ends unless it is committed; null of one that is not stored yet
 * @param overdue whether that time has come, by the database's clock
 */
public record Reservation(String orderId, ReservationStatus status, SortedMap<String, Integer> items, Instant expiresAt,
        boolean overdue) {

    static Reservation of(String orderId, ReservationStatus status, SortedMap<String, Integer> items) {
        return new Reservation(orderId, status, items, null, false);
    }

    Reservation with(ReservationStatus next) {
        return new Reservation(orderId, next, items, expiresAt, overdue);
    }
}
