package io.payroute.order;

import java.util.UUID;

import jakarta.persistence.EntityManagerFactory;

import org.apache.camel.Exchange;
import org.apache.camel.component.jpa.JpaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.order.model.OrderRole;
import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.TestWork;
import io.payroute.proto.order.GetOrderRequest;
import io.payroute.proto.order.ListOrdersRequest;
import io.payroute.proto.order.ListOrdersResponse;
import io.payroute.proto.order.OrderResponse;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** The routes that read orders by JPA, on a real database. */
class ReadOrdersTest {

    private static final String ORDER = "00000000-0000-7000-8000-00000000000%d";
    private static final String PRODUCT = "00000000-0000-7000-8000-0000000000aa";

    private static TestDatabase database;
    private static EntityManagerFactory entities;

    private final DefaultCamelContext context = Routes.context();

    /** Fails where entities and tables do not fit each other. */
    @BeforeAll
    static void create() {
        database = TestDatabase.create(OrderRole.NAME);
        entities = new HibernatePersistenceConfiguration(OrderRole.NAME).managedClass(OrderRow.class)
                .managedClass(OrderRow.Item.class)
                .property(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, database.dataSource())
                .property(AvailableSettings.HBM2DDL_AUTO, "validate").createEntityManagerFactory();
    }

    @AfterAll
    static void close() {
        entities.close();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        TestWork.queue(context, SagaQueue.QUEUE, new SagaQueue(TestRoles.databases(database.dataSource())));
        context.getRegistry().bind("readOrders", new ReadOrders());
        context.getRegistry().bind(OrderRole.NAME, entities);
        JpaComponent jpa = new JpaComponent();
        jpa.setTransactionStrategy(Runnable::run);
        jpa.setJoinTransaction(false);
        context.addComponent("jpa", jpa);
        Routes.load(context, "shared/error-handling.camel.yaml", "order/10-grpc-server.camel.yaml");
        for (String route : new String[]{"order-grpc-server", "order-create", "order-cancel"}) {
            context.removeRouteDefinition(context.getRouteDefinition(route));
        }
        context.start();
        for (int i = 1; i <= 3; i++) {
            String id = ORDER.formatted(i);
            database.execute("INSERT INTO orders (id, user_id, address, method, amount_minor, currency, status, created_at) "
                    + "VALUES ('%s', '%s', '1 Main Street', 'card', 3000, 'USD', 'PAID', now() + interval '%d s')"
                            .formatted(id, i < 3 ? "ada" : "bob", i));
            database.execute(
                    "INSERT INTO order_item SELECT '%s', 3 - p, '%s', 'Item ' || (3 - p), p, 1000 FROM generate_series(1, 2) p"
                            .formatted(id, PRODUCT));
        }
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldReadAnOrderWithItsItemsInTheirOrder() {
        // When
        OrderResponse found = get(ORDER.formatted(1), "ada").getMessage().getBody(OrderResponse.class);

        // Then
        assertThat(found.getOrderId()).isEqualTo(ORDER.formatted(1));
        assertThat(found.getStatus()).isEqualTo("PAID");
        assertThat(found.getAmountMinor()).isEqualTo(3000);
        assertThat(found.getItemsList()).extracting(item -> item.getName() + " x " + item.getQuantity())
                .containsExactly("Item 1 x 2", "Item 2 x 1");
        assertThat(get(ORDER.formatted(1), "").getMessage().getBody(OrderResponse.class)).isEqualTo(found);
    }

    @Test
    void shouldNotFindAnothersOrder() {
        for (String[] asked : new String[][]{{ORDER.formatted(3), "ada"}, {UUID.randomUUID().toString(), ""}, {"none", ""}}) {
            // When
            Exchange refused = get(asked[0], asked[1]);

            // Then
            assertThat(refused.getException()).isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NOT_FOUND));
        }
    }

    @Test
    void shouldReadPagesOfAUsersOrdersNewestFirst() {
        // When
        ListOrdersResponse first = list(0, 1);
        ListOrdersResponse second = list(2, 1);
        ListOrdersResponse all = list(1, 0);

        // Then
        assertThat(first.getOrdersList()).extracting(OrderResponse::getOrderId).containsExactly(ORDER.formatted(2));
        assertThat(second.getOrdersList()).extracting(OrderResponse::getOrderId).containsExactly(ORDER.formatted(1));
        assertThat(all.getOrdersList()).hasSize(2).allSatisfy(order -> assertThat(order.getItemsList()).hasSize(2));
        assertThat(list(2, 100).getOrdersList()).isEmpty();
    }

    private Exchange get(String id, String user) {
        return context.createFluentProducerTemplate().to("direct:order-get")
                .withBody(GetOrderRequest.newBuilder().setOrderId(id).setUserId(user).build()).send();
    }

    private ListOrdersResponse list(int page, int size) {
        return context.createFluentProducerTemplate().to("direct:order-list")
                .withBody(ListOrdersRequest.newBuilder().setUserId("ada").setPage(page).setPageSize(size).build()).send()
                .getMessage().getBody(ListOrdersResponse.class);
    }
}
