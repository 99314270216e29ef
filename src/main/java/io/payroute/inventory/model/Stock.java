package io.payroute.inventory.model;

/**
 * What there is of a product.
 *
 * @param available pieces that are neither reserved nor sold
 * @param hidden whether it is for sale no longer
 * @param version of {@code available}; rises with each transaction that changes it
 * @param productVersion of the last event about the product that was applied
 * @param given how many pieces the product had been given in all, by the last event that said so
 * @param givenVersion of that event; another than {@code productVersion} where one came later that was counted without the sum, by an
 *        earlier version of the inventory or from one of the product
 */
public record Stock(String productId, int available, boolean hidden, long version, long productVersion, long given,
        long givenVersion) {

    Stock withAvailable(int pieces) {
        return new Stock(productId, pieces, hidden, version, productVersion, given, givenVersion);
    }

    /** How many pieces an event brings, or takes away. */
    long change(StockCommand.Learn told) {
        return givenVersion == productVersion ? told.given() - given : told.change();
    }

    /**
     * What a transaction stores: a new version, which is told, where the pieces are others or the product is another one: it waits to
     * hear that the inventory knows.
     */
    Stock since(Stock before) {
        return available == before.available() && productVersion == before.productVersion()
                ? this
                : new Stock(productId, available, hidden, before.version() + 1, productVersion, given, givenVersion);
    }
}
