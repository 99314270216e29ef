package io.payroute.inventory.model;

import java.util.Locale;
import java.util.SortedMap;

/** What is to be done to stock, in one transaction with others. Each may be repeated, and takes effect once. */
public sealed interface StockCommand {

    /** Holds pieces for an order, all or none. @param items pieces by product */
    record Reserve(String orderId, SortedMap<String, Integer> items) implements StockCommand {

        @Override
        public Outcome decide(StockLedger ledger) {
            return ledger.reserve(this);
        }
    }

    /** The order is off: what it holds or has bought is for sale again. */
    record Release(String orderId) implements StockCommand {

        @Override
        public Outcome decide(StockLedger ledger) {
            return ledger.release(orderId);
        }
    }

    /** The pieces are sold. */
    record Commit(String orderId) implements StockCommand {

        @Override
        public Outcome decide(StockLedger ledger) {
            return ledger.commit(orderId);
        }
    }

    /** The order has had its time; nothing happens where it has not, or has been paid meanwhile. */
    record Expire(String orderId) implements StockCommand {

        @Override
        public Outcome decide(StockLedger ledger) {
            return ledger.expire(orderId);
        }
    }

    /** Pieces came in or went otherwise. @param key the same changes the stock once; null, each does */
    record Change(String productId, int delta, String key) implements StockCommand {

        @Override
        public Outcome decide(StockLedger ledger) {
            return ledger.change(this);
        }
    }

    /**
     * What the product says of itself.
     *
     * @param stock pieces for sale from now on, or null where it says nothing of them
     * @param given pieces that ever came or went by what it said; wins over {@code stock}, and is null in events of earlier versions
     * @param change of {@code given} by this event
     */
    record Learn(String productId, long productVersion, boolean hidden, Integer stock, Long given, int change)
            implements
                StockCommand {

        @Override
        public Outcome decide(StockLedger ledger) {
            return ledger.learn(this);
        }
    }

    Outcome decide(StockLedger ledger);

    /** For those who count. */
    default String word() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
