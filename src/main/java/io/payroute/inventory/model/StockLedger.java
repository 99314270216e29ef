package io.payroute.inventory.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.payroute.inventory.model.Outcome.Kind;
import io.payroute.inventory.model.StockCommand.Change;
import io.payroute.inventory.model.StockCommand.Learn;
import io.payroute.inventory.model.StockCommand.Reserve;

/**
 * What a transaction has locked, and what becomes of it as one command after the other is decided: nobody else changes it meanwhile,
 * so a sum that is right here is right in the database. An order's pieces are taken all or none, no stock falls below zero or rises
 * above {@link #MAX}, and an order that was released never holds anything again.
 */
public final class StockLedger {

    /** What an {@code int32} of the contract can say. Pieces that are given back on top of it are not counted. */
    public static final int MAX = Integer.MAX_VALUE;

    private final Map<String, Stock> before = new TreeMap<>();
    private final Map<String, Stock> stocks = new TreeMap<>();
    private final Map<String, Reservation> known = new TreeMap<>();
    private final Map<String, Reservation> reservations = new TreeMap<>();
    private final Map<String, StockChange> changes = new TreeMap<>();
    private final List<StockChange> newChanges = new ArrayList<>();

    /** @param changes those that came with a key of this transaction's, before */
    public StockLedger(Collection<Stock> stocks, Collection<Reservation> reservations, Collection<StockChange> changes) {
        stocks.forEach(one -> before.put(one.productId(), one));
        this.stocks.putAll(before);
        reservations.forEach(one -> known.put(one.orderId(), one));
        this.reservations.putAll(known);
        changes.forEach(one -> this.changes.put(one.key(), one));
    }

    Outcome reserve(Reserve wanted) {
        Reservation held = reservations.get(wanted.orderId());
        if (held != null) {
            if (held.status() == ReservationStatus.RELEASED) {
                return Outcome.of(Kind.RELEASED);
            }
            if (!held.items().equals(wanted.items())) {
                return Outcome.of(Kind.USED_OTHERWISE);
            }
            if (held.status() != ReservationStatus.EXPIRED) {
                return Outcome.of(Kind.REPEATED);
            }
        }
        for (Map.Entry<String, Integer> item : wanted.items().entrySet()) {
            Outcome lacking = lacking(item.getKey(), item.getValue());
            if (lacking != null) {
                return lacking;
            }
        }
        wanted.items().forEach((product, quantity) -> stocks.computeIfPresent(product,
                (id, stock) -> stock.withAvailable(stock.available() - quantity)));
        put(Reservation.of(wanted.orderId(), ReservationStatus.RESERVED, wanted.items()));
        return Outcome.of(Kind.DONE);
    }

    private Outcome lacking(String product, int quantity) {
        Stock stock = stocks.get(product);
        if (stock == null) {
            return Outcome.of(Kind.UNKNOWN_PRODUCT, product);
        }
        if (stock.hidden()) {
            return Outcome.of(Kind.NOT_FOR_SALE, product);
        }
        return stock.available() < quantity ? new Outcome(Kind.TOO_FEW, product, stock.available()) : null;
    }

    Outcome commit(String orderId) {
        Reservation held = reservations.get(orderId);
        if (held == null) {
            return Outcome.of(Kind.NOT_RESERVED);
        }
        return switch (held.status()) {
            case RESERVED -> {
                put(held.with(ReservationStatus.COMMITTED));
                yield Outcome.of(Kind.DONE);
            }
            case COMMITTED -> Outcome.of(Kind.REPEATED);
            case RELEASED -> Outcome.of(Kind.RELEASED);
            case EXPIRED -> Outcome.of(Kind.EXPIRED);
        };
    }

    Outcome release(String orderId) {
        Reservation held = reservations.get(orderId);
        if (held == null) {
            put(Reservation.of(orderId, ReservationStatus.RELEASED, new TreeMap<>()));
            return Outcome.of(Kind.DONE);
        }
        if (held.status() == ReservationStatus.RELEASED) {
            return Outcome.of(Kind.REPEATED);
        }
        if (held.status() != ReservationStatus.EXPIRED) {
            giveBack(held);
        }
        put(held.with(ReservationStatus.RELEASED));
        return Outcome.of(Kind.DONE);
    }

    Outcome expire(String orderId) {
        Reservation held = reservations.get(orderId);
        if (held == null || held.status() != ReservationStatus.RESERVED || !held.overdue()) {
            return Outcome.of(Kind.REPEATED);
        }
        giveBack(held);
        put(held.with(ReservationStatus.EXPIRED));
        return Outcome.of(Kind.DONE);
    }

    private void giveBack(Reservation held) {
        held.items().forEach((product, quantity) -> stocks.computeIfPresent(product,
                (id, stock) -> stock.withAvailable((int) Math.min(MAX, (long) stock.available() + quantity))));
    }

    private void put(Reservation next) {
        reservations.put(next.orderId(), next);
    }

    Outcome change(Change wanted) {
        StockChange earlier = wanted.key() == null ? null : changes.get(wanted.key());
        if (earlier != null) {
            return earlier.isOf(wanted)
                    ? new Outcome(Kind.REPEATED, wanted.productId(), earlier.newStock())
                    : Outcome.of(Kind.USED_OTHERWISE);
        }
        Stock stock = stocks.get(wanted.productId());
        if (stock == null) {
            return Outcome.of(Kind.UNKNOWN_PRODUCT, wanted.productId());
        }
        long next = (long) stock.available() + wanted.delta();
        if (next < 0 || next > MAX) {
            return new Outcome(next < 0 ? Kind.TOO_FEW : Kind.TOO_MANY, wanted.productId(), stock.available());
        }
        stocks.put(wanted.productId(), stock.withAvailable((int) next));
        if (wanted.key() != null) {
            StockChange change = new StockChange(wanted.key(), wanted.productId(), wanted.delta(), (int) next);
            changes.put(change.key(), change);
            newChanges.add(change);
        }
        return new Outcome(Kind.DONE, wanted.productId(), (int) next);
    }

    Outcome learn(Learn told) {
        Stock stock = stocks.get(told.productId());
        if (told.productVersion() <= stock.productVersion()) {
            return Outcome.of(Kind.REPEATED);
        }
        boolean counts = told.given() != null;
        stocks.put(told.productId(),
                new Stock(told.productId(), pieces(told, stock), told.hidden(), stock.version(), told.productVersion(),
                        counts ? told.given() : stock.given(), counts ? told.productVersion() : stock.givenVersion()));
        return Outcome.of(Kind.DONE);
    }

    /** No fewer than none: who takes away more than there is learns from the announcement what was sold meanwhile. */
    private static int pieces(Learn told, Stock stock) {
        if (told.given() != null) {
            return (int) Math.max(0, Math.min(MAX, stock.available() + stock.change(told)));
        }
        return told.stock() == null ? stock.available() : told.stock();
    }

    /** Those that are others now, with their new versions. */
    public List<Stock> changedStocks() {
        return stocks.values().stream().map(stock -> stock.since(before.get(stock.productId())))
                .filter(stock -> !stock.equals(before.get(stock.productId()))).toList();
    }

    /** Whether what there is of the product is to be told. */
    public boolean isNews(Stock stock) {
        return stock.version() != before.get(stock.productId()).version();
    }

    /** Those that are others now, and those of orders that had none. */
    public List<Reservation> changedReservations() {
        return reservations.values().stream().filter(one -> !one.equals(known.get(one.orderId()))).toList();
    }

    /** Whether the order had no reservation before. */
    public boolean isNew(Reservation reservation) {
        return !known.containsKey(reservation.orderId());
    }

    public List<StockChange> newChanges() {
        return List.copyOf(newChanges);
    }

    /** As the order's last command left it; null when it has none. */
    public Reservation reservation(String orderId) {
        return reservations.get(orderId);
    }
}
