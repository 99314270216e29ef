package io.payroute.product;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;

import io.payroute.money.Money;
import io.payroute.platform.sql.Sql;

/** A product, as routes read one. It is written by statements alone, each in one transaction with its event. */
@Entity
@Table(name = "product")
@NamedQuery(name = "product-by-id", query = "SELECT p FROM Product p WHERE p.id = :id AND NOT p.hidden")
@NamedQuery(name = "products-for-sale", query = "SELECT p FROM Product p WHERE p.id IN :ids AND NOT p.hidden")
@NamedNativeQuery(name = "products-page", resultClass = Product.class, query = """
        SELECT * FROM product WHERE NOT hidden AND (:words = '' OR words @@ plainto_tsquery('simple', :words))
        ORDER BY created_at DESC, id DESC LIMIT :size OFFSET :first""")
public class Product {

    @Id
    private UUID id;
    private String name;
    private String description;
    @Column(name = "price_minor")
    private long priceMinor;
    private String currency;
    private int stock;
    @Column(name = "stock_given")
    private long stockGiven;
    private long version;
    private boolean hidden;
    @Column(name = "created_at")
    private Instant createdAt;
    @Column(name = "updated_at")
    private Instant updatedAt;

    protected Product() {
    }

    static Product of(ResultSet row) throws SQLException {
        Product product = new Product();
        product.id = row.getObject("id", UUID.class);
        product.name = row.getString("name");
        product.description = row.getString("description");
        product.priceMinor = row.getLong("price_minor");
        product.currency = row.getString("currency");
        product.stock = row.getInt("stock");
        product.stockGiven = row.getLong("stock_given");
        product.version = row.getLong("version");
        product.hidden = row.getBoolean("hidden");
        product.createdAt = Sql.instant(row, "created_at");
        product.updatedAt = Sql.instant(row, "updated_at");
        return product;
    }

    public UUID id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String description() {
        return description;
    }

    public Money price() {
        return new Money(priceMinor, currency);
    }

    /** Pieces for sale, as last announced. */
    public int stock() {
        return stock;
    }

    /** Pieces that ever came, less those that went, by changes of the product. */
    public long stockGiven() {
        return stockGiven;
    }

    public long version() {
        return version;
    }

    public boolean hidden() {
        return hidden;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }
}
