package io.payroute.product;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.money.Money;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.product.CreateProductRequest;
import io.payroute.proto.product.DeleteProductRequest;
import io.payroute.proto.product.DeleteProductResponse;
import io.payroute.proto.product.ProductResponse;
import io.payroute.proto.product.UpdateProductRequest;

/**
 * Creates, changes and hides products, each with its event in one transaction. A change of a version that is not the current one is
 * refused: nobody overwrites what he has not seen.
 */
@ApplicationScoped
@Named("changeProducts")
public class ChangeProducts {

    private static final String CALLER = "grpc:product";
    private static final String LOCK = "SELECT * FROM product WHERE id = ? FOR UPDATE";
    private static final String FIND = "SELECT * FROM product WHERE id = ?";
    private static final String INSERT = """
            INSERT INTO product (id, name, description, price_minor, currency, stock, stock_given, stock_set_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, 1) RETURNING *""";
    private static final String UPDATE = """
            UPDATE product SET name = ?, description = ?, price_minor = ?, currency = ?, stock = stock + ?,
              stock_given = stock_given + ?, stock_set_version = CASE WHEN ? THEN version + 1 ELSE stock_set_version END, version = version + 1,
              updated_at = now()
            WHERE id = ? RETURNING *""";
    private static final String HIDE = """
            UPDATE product SET hidden = true, version = version + 1, updated_at = now() WHERE id = ? RETURNING *""";

    private final RoleDatabases databases;
    private final String topic;

    @Inject
    ChangeProducts(RoleDatabases databases, @ConfigProperty(name = "topic.product-updated") String topic) {
        this.databases = databases;
        this.topic = topic;
    }

    public ProductResponse create(CreateProductRequest request) throws Exception {
        String name = ProductRules.name(request.getName());
        String description = ProductRules.description(request.getDescription());
        Money price = ProductRules.price(request.getPrice(), request.getPriceMinor(), request.getCurrency());
        int stock = ProductRules.stock(request.getStock());
        UUID id = Ids.next();
        return ProductMessages.response(inTransaction(connection -> {
            Optional<UUID> earlier = Idempotency.claim(connection, key(request), id);
            if (earlier.isPresent()) {
                return one(connection, FIND, earlier.get());
            }
            Product made = Sql.query(connection, INSERT, Product::of, id, name, description, price.minor(), price.currency(),
                    stock, stock).get(0);
            Outbox.add(connection, ProductMessages.updated(topic, made, stock));
            return made;
        }));
    }

    private static Idempotency.Key key(CreateProductRequest request) {
        String key = request.getIdempotencyKey().isEmpty() ? null : request.getIdempotencyKey();
        Idempotency.check(key);
        return new Idempotency.Key(CALLER, key, key == null
                ? null
                : Idempotency.sha256(request.toBuilder().clearIdempotencyKey().build().toByteArray()));
    }

    /**
     * A number of pieces is meant for those that the product shows, so what the inventory has sold meanwhile stays sold.
     *
     * @throws Refusal a conflict that names the current version
     */
    public ProductResponse update(UpdateProductRequest request) throws Exception {
        UUID id = ProductRules.id("product_id", request.getProductId());
        String name = request.getName().isEmpty() ? null : ProductRules.name(request.getName());
        String description = request.getDescription().isEmpty() ? null : ProductRules.description(request.getDescription());
        Integer stock = request.hasStock() ? ProductRules.stock(request.getStock()) : null;
        return ProductMessages.response(inTransaction(connection -> {
            Product current = one(connection, LOCK, id);
            if (current.hidden()) {
                throw FindProducts.noProduct();
            }
            if (request.getVersion() != 0 && request.getVersion() != current.version()) {
                throw Refusal.conflict("The product has changed: its version is " + current.version() + ", not "
                        + request.getVersion() + ".");
            }
            Money price = price(request, current);
            Integer change = stock == null ? null : stock - current.stock();
            int pieces = change == null ? 0 : change;
            Product changed = Sql.query(connection, UPDATE, Product::of, name == null ? current.name() : name,
                    description == null ? current.description() : description, price.minor(), price.currency(), pieces,
                    pieces, change != null, id).get(0);
            Outbox.add(connection, ProductMessages.updated(topic, changed, change));
            return changed;
        }));
    }

    private static Money price(UpdateProductRequest request, Product current) {
        if (request.getPrice() == 0 && request.getPriceMinor() == 0) {
            if (!request.getCurrency().isEmpty() && !request.getCurrency().equals(current.price().currency())) {
                throw Refusal.invalid("price", "required", "price is required where the currency changes.");
            }
            return current.price();
        }
        return ProductRules.price(request.getPrice(), request.getPriceMinor(),
                request.getCurrency().isEmpty() ? current.price().currency() : request.getCurrency());
    }

    /** Twice is once. */
    public DeleteProductResponse delete(DeleteProductRequest request) throws Exception {
        UUID id = ProductRules.id("product_id", request.getProductId());
        inTransaction(connection -> {
            Product current = one(connection, LOCK, id);
            if (!current.hidden()) {
                Outbox.add(connection, ProductMessages.updated(topic, one(connection, HIDE, id), null));
            }
            return current;
        });
        return DeleteProductResponse.newBuilder().setSuccess(true).build();
    }

    private static Product one(Connection connection, String sql, UUID id) throws SQLException {
        return Sql.query(connection, sql, Product::of, id).stream().findFirst().orElseThrow(FindProducts::noProduct);
    }

    private Product inTransaction(Sql.Work<Product> work) throws Exception {
        DataSource dataSource = databases.of(ProductRole.NAME);
        return Sql.inTransaction(dataSource, work);
    }
}
