package io.payroute.inventory;

import java.sql.SQLException;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;

import io.payroute.inventory.model.StockCommand.Learn;
import io.payroute.platform.Refusal;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.kafka.Poison;
import io.payroute.proto.product.ProductUpdated;

/**
 * Takes what products say of themselves, a batch in one commit: that there is one, whether it is for sale, and how many pieces of it
 * come or go. The version of the product is the inbox: an event that comes again, or late, changes nothing.
 */
@ApplicationScoped
@Named("learnProducts")
public class LearnProducts {

    /** A decoded event. @param record as it came, for its dead letter */
    public record Told(Learn learn, KafkaRecord record) {
    }

    private final StockWrites writes;

    LearnProducts(StockWrites writes) {
        this.writes = writes;
    }

    /** Makes a {@link Told} of an event. */
    public Told read(@Body ProductUpdated event, Exchange exchange) {
        if (event.getVersion() < 1) {
            throw Refusal.invalid("version", "version", "version must be 1 or more");
        }
        if (event.getStock() < 0) {
            throw Refusal.invalid("stock", "stock", "stock must be 0 or more");
        }
        return new Told(new Learn(ItemRules.id("product_id", event.getProductId()), event.getVersion(), event.getHidden(),
                event.hasStock() ? event.getStock() : null, event.hasStockGiven() ? event.getStockGiven() : null,
                event.getStockChange()), KafkaRecord.of(exchange));
    }

    /** Stores the batch. A record that the database refuses for ever is a dead letter; it holds up no other. */
    public void record(List<Told> batch) throws SQLException {
        Poison.sort(batch, told -> writes.writeAll(told.stream().map(Told::learn).toList()),
                (one, cause) -> one.record().refuse("inventory-products-record", cause));
    }
}
