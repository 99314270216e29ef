package io.payroute.order;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;

import org.hibernate.annotations.BatchSize;

import io.payroute.money.Money;
import io.payroute.order.model.Order;
import io.payroute.order.model.OrderStatus;

/** An order, as routes read one. It is written by statements alone, each in one transaction with its event. */
@Entity
@Table(name = "orders")
@NamedQuery(name = "order-by-id", query = "SELECT o FROM OrderRow o WHERE o.id = :id AND (:user = '' OR o.userId = :user)")
@NamedNativeQuery(name = "orders-of-user", resultClass = OrderRow.class, query = """
        SELECT * FROM orders WHERE user_id = :user ORDER BY created_at DESC, id DESC LIMIT :size OFFSET :first""")
public class OrderRow {

    /** A page of orders takes one more query for all of their items. */
    private static final int PAGE = 100;

    @Id
    private UUID id;
    @Column(name = "user_id")
    private String userId;
    private String address;
    private String method;
    @Column(name = "amount_minor")
    private long amountMinor;
    private String currency;
    private String status;
    private String reason;
    @Column(name = "payment_id")
    private UUID paymentId;
    @Column(name = "payment_url")
    private String paymentUrl;
    @Column(name = "payment_secret")
    private String paymentSecret;
    @Column(name = "created_at")
    private Instant createdAt;
    @Column(name = "updated_at")
    private Instant updatedAt;
    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "order_item", joinColumns = @JoinColumn(name = "order_id"))
    @OrderBy("position")
    @BatchSize(size = PAGE)
    private List<Item> items;

    protected OrderRow() {
    }

    Order order() {
        return new Order(id, userId, address, method, new Money(amountMinor, currency), OrderStatus.valueOf(status), reason,
                paymentId, paymentUrl, paymentSecret, items.stream().map(Item::item).toList(), createdAt, updatedAt);
    }

    /** What it is of, and at which price. */
    @Embeddable
    public static class Item {

        private int position;
        @Column(name = "product_id")
        private UUID productId;
        private String name;
        private int quantity;
        @Column(name = "price_minor")
        private long priceMinor;

        protected Item() {
        }

        Order.Item item() {
            return new Order.Item(productId, name, quantity, priceMinor);
        }
    }
}
