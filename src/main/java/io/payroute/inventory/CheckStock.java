package io.payroute.inventory;

import java.sql.SQLException;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.inventory.CheckStockRequest;
import io.payroute.proto.inventory.CheckStockResponse;

/** Says how many pieces of a product can be bought: none of one that is hidden. */
@ApplicationScoped
@Named("checkStock")
public class CheckStock {

    private static final String AVAILABLE = "SELECT CASE WHEN hidden THEN 0 ELSE available END FROM stock WHERE product_id = ?";

    private final DataSource dataSource;

    @Inject
    CheckStock(RoleDatabases databases) {
        this(databases.of(InventoryRole.NAME));
    }

    CheckStock(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public CheckStockResponse check(CheckStockRequest request) throws SQLException {
        String product = ItemRules.id("product_id", request.getProductId());
        int available = Sql.query(dataSource, AVAILABLE, row -> row.getInt(1), product).stream().findFirst()
                .orElseThrow(() -> Refusal.notFound("There is no product " + product + "."));
        return CheckStockResponse.newBuilder().setProductId(product).setAvailable(available).build();
    }
}
