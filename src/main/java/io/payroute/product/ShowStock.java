package io.payroute.product;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;

import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.inventory.StockUpdated;

/**
 * Keeps what the inventory announces, a batch in one statement. What is late or comes again changes nothing: versions only rise. Nor
 * does what the inventory said before it knew of the last number that was set here: the next difference would be one to the past.
 */
@ApplicationScoped
@Named("showStock")
public class ShowStock {

    /** A decoded event. */
    public record Stock(UUID product, int available, long version, long productVersion) {
    }

    private static final Rows<Stock> ROWS = new Rows<Stock>().uuid("id", Stock::product).int4("available", Stock::available)
            .int8("version", Stock::version).int8("product_version", Stock::productVersion);
    static final String SHOW = """
            WITH r AS (SELECT * FROM %s)
            UPDATE product p SET stock = r.available, stock_version = r.version FROM r
            WHERE p.id = ANY (ARRAY (SELECT id FROM r)) AND p.id = r.id AND p.stock_version < r.version
              AND p.stock_set_version <= r.product_version"""
            .formatted(ROWS.unnest());

    private final RoleDatabases databases;

    @Inject
    ShowStock(RoleDatabases databases) {
        this.databases = databases;
    }

    public Stock read(@Body StockUpdated event) {
        if (event.getVersion() < 1) {
            throw Refusal.invalid("version", "version", "version must be 1 or more.");
        }
        return new Stock(ProductRules.id("product_id", event.getProductId()), ProductRules.stock(event.getAvailable()),
                event.getVersion(), event.getProductVersion());
    }

    /** Stores the batch; what is of no product here is nobody's. */
    public void show(List<Stock> batch) throws SQLException {
        Map<UUID, Stock> latest = new HashMap<>();
        batch.forEach(stock -> latest.merge(stock.product(), stock, (a, b) -> a.version() > b.version() ? a : b));
        if (!latest.isEmpty()) {
            Sql.update(databases.of(ProductRole.NAME), SHOW, ROWS.of(List.copyOf(latest.values())));
            CrashPoint.reached("stock-shown");
        }
    }
}
