package io.payroute.product;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.inventory.StockUpdated;

/** Keeps what the inventory announces, a batch in one statement. What is late or comes again changes nothing: versions only rise. */
@ApplicationScoped
@Named("showStock")
public class ShowStock {

    private record Stock(UUID product, int available, long version) {
    }

    private static final Rows<Stock> ROWS = new Rows<Stock>().uuid("id", Stock::product).int4("available", Stock::available)
            .int8("version", Stock::version);
    private static final String SHOW = """
            WITH r AS (SELECT * FROM %s ORDER BY id)
            UPDATE product p SET stock = r.available, stock_version = r.version FROM r
            WHERE p.id = ANY (ARRAY (SELECT id FROM r)) AND p.id = r.id AND p.stock_version < r.version"""
            .formatted(ROWS.unnest());

    private final RoleDatabases databases;

    @Inject
    ShowStock(RoleDatabases databases) {
        this.databases = databases;
    }

    /** Takes a batch; what is no event of the inventory is a dead letter. */
    public void show(Exchange batch) throws SQLException {
        Map<UUID, Stock> latest = new HashMap<>();
        for (Object one : batch.getMessage().getBody(List.class)) {
            KafkaRecord record = (KafkaRecord) one;
            try {
                StockUpdated event = StockUpdated.parseFrom(record.value());
                Stock stock = new Stock(Ids.parse(event.getProductId()), Math.max(0, event.getAvailable()), event.getVersion());
                latest.merge(stock.product(), stock, (a, b) -> a.version() > b.version() ? a : b);
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                record.refuse(batch.getFromRouteId(), e);
            }
        }
        if (!latest.isEmpty()) {
            Sql.update(databases.of(ProductRole.NAME), SHOW, ROWS.of(List.copyOf(latest.values())));
        }
    }
}
