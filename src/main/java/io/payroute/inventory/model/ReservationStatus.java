package io.payroute.inventory.model;

import java.util.Locale;

/** Where the pieces of an order are. {@link #RELEASED} is final; a reservation that expired may be reserved again. */
public enum ReservationStatus {

    /** Held for the order, and not for sale. */
    RESERVED,
    /** Sold. */
    COMMITTED,
    /** For sale again; the order is off. */
    RELEASED,
    /** For sale again; the order may still come back. */
    EXPIRED;

    /** As the table has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static ReservationStatus ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
