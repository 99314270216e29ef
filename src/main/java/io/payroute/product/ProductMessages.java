package io.payroute.product;

import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.product.ProductResponse;
import io.payroute.proto.product.ProductUpdated;

/** A product in the messages of the contract. */
final class ProductMessages {

    static final String UPDATED = "io.payroute.product.updated";

    private ProductMessages() {
    }

    static ProductResponse response(Product product) {
        return ProductResponse.newBuilder().setProductId(product.id().toString()).setName(product.name())
                .setDescription(product.description()).setPrice(product.price().majorAsDouble())
                .setPriceMinor(product.price().minor()).setCurrency(product.price().currency()).setStock(product.stock())
                .setVersion(product.version()).setHidden(product.hidden()).setCreatedAt(product.createdAt().toString())
                .setUpdatedAt(product.updatedAt().toString()).build();
    }

    /** @param change how many pieces more than were shown there are to be; null where it is not about them */
    static EventEnvelope updated(String topic, Product product, Integer change) {
        ProductUpdated.Builder event = ProductUpdated.newBuilder().setProductId(product.id().toString())
                .setVersion(product.version()).setName(product.name()).setPriceMinor(product.price().minor())
                .setCurrency(product.price().currency()).setHidden(product.hidden())
                .setUpdatedAt(product.updatedAt().toString()).setStockGiven(product.stockGiven());
        if (change != null) {
            event.setStock(product.stock()).setStockChange(change);
        }
        return EventEnvelope.protobuf(topic, product.id().toString(), UPDATED, event.build().toByteArray());
    }
}
