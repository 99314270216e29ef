package io.payroute.notification;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.payroute.platform.Failures;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.platform.kafka.DeadLetterStep;
import io.payroute.platform.kafka.DecodedRecords;
import io.payroute.platform.kafka.RecordOutcome;
import io.payroute.platform.kafka.TestBatches;
import io.payroute.proto.order.OrderEvent;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.user.GetUserRequest;
import io.payroute.proto.user.UserResponse;
import io.payroute.proto.user.UserServiceGrpc;
import io.payroute.testing.EveryAccess;
import io.payroute.testing.FreePorts;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** The routes as they stand, with what the role order announces, and a role user that may be away. */
class OrdersRouteTest {

    private static final String PAYMENT = "01a1fd0a-1dda-71ad-be85-b353136e611d";
    private static final String STORED = "SELECT dedupe_key, user_id, address, status, template FROM notification "
            + "ORDER BY dedupe_key";

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final StoreNotifications store = new StoreNotifications(database.dataSource(), RecipientLimit.NONE);
    private final List<String> dead = new CopyOnWriteArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final Map<String, String> users = new ConcurrentHashMap<>(
            Map.of("ada", "ada@example.com", "eve", "eve@example.com"));
    private final int port = FreePorts.next();
    private Server userRole;

    @BeforeAll
    static void create() {
        database = TestDatabase.create(NotificationRole.NAME);
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        userIsThere();
        context.getPropertiesComponent().addOverrideProperty("role.notification", "true");
        context.getPropertiesComponent().addOverrideProperty("user.grpc.address", "127.0.0.1:" + port);
        context.getPropertiesComponent().addOverrideProperty("kafka.redelivery.attempts", "1");
        context.getRegistry().bind("kafkaBatch", TestBatches.of(letter -> dead.add(letter.eventId())));
        context.getRegistry().bind("decodedRecords", new DecodedRecords());
        context.getRegistry().bind("recordOutcome", new RecordOutcome());
        context.getRegistry().bind("failures", new Failures());
        context.getRegistry().bind("deadLetters", new DeadLetterStep());
        context.getRegistry().bind("orderEvent", new NotificationBeans().orderEvent());
        context.getRegistry().bind("orderMails", new OrderMails(store, false));
        context.getRegistry().bind("userAddresses", new UserAddresses(Duration.ofMinutes(5)));
        context.addComponent("grpc", new PayrouteGrpcComponent(new Scopes(EveryAccess.RULES.stream())));
        Routes.load(context, "shared/error-handling.camel.yaml", "notification/10-orders.camel.yaml",
                "notification/15-user-address.camel.yaml");
        AdviceWith.adviceWith(context, "notification-orders-created", route -> route.replaceFromWith("direct:created"));
        AdviceWith.adviceWith(context, "notification-orders-updated", route -> route.replaceFromWith("direct:updated"));
        AdviceWith.adviceWith(context, "notification-order-store",
                route -> route.weaveById("to-notifications-of-orders").remove());
        context.start();
    }

    private void userIsThere() throws Exception {
        userRole = NettyServerBuilder.forPort(port).addService(new UserServiceGrpc.UserServiceImplBase() {
            @Override
            public void getUser(GetUserRequest request, StreamObserver<UserResponse> answer) {
                asked.incrementAndGet();
                String address = users.get(request.getUserId());
                if (address == null) {
                    answer.onError(Status.NOT_FOUND.asRuntimeException());
                    return;
                }
                answer.onNext(UserResponse.newBuilder().setUserId(request.getUserId()).setEmail(address).build());
                answer.onCompleted();
            }
        }).build().start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        store.close();
        userRole.shutdownNow().awaitTermination();
    }

    @Test
    void shouldStoreOneMailAnEventToTheUsersOwnAddress() {
        // When
        Exchange created = consume("direct:created", record("e1", order("ada", "PENDING")),
                record("e2", order("eve", "PENDING")));
        Exchange updated = consume("direct:updated", record("e3", order("ada", "PAID")), record("e4", order("eve", "FAILED")));

        // Then
        assertThat(created.getException()).isNull();
        assertThat(updated.getException()).isNull();
        assertThat(database.rows(STORED)).containsExactly("e1 ada ada@example.com queued order-received",
                "e2 eve eve@example.com queued order-received", "e3 ada ada@example.com queued order-paid",
                "e4 eve eve@example.com queued order-failed");
        assertThat(commits).hasValue(2);
        assertThat(asked).as("remembered").hasValue(2);
    }

    @Test
    void shouldTellNobodyTwice() {
        // Given
        consume("direct:created", record("e1", order("ada", "PENDING")));

        // When
        consume("direct:created", record("e1", order("ada", "PENDING")), record("e1", order("ada", "PENDING")));

        // Then
        assertThat(database.count("notification")).isEqualTo(1);
    }

    @Test
    void shouldWaitWhileTheRoleUserIsAwayAndTellThen() throws Exception {
        // Given
        userRole.shutdownNow().awaitTermination();
        Exchange away = consume("direct:created", record("e1", order("ada", "PENDING")));
        int storedMeanwhile = database.count("notification");
        int committedMeanwhile = commits.get();
        userIsThere();

        // When
        Awaitility.await().untilAsserted(
                () -> assertThat(consume("direct:created", record("e1", order("ada", "PENDING"))).getException()).isNull());

        // Then
        assertThat(Status.fromThrowable(away.getException()).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(storedMeanwhile).isZero();
        assertThat(committedMeanwhile).isZero();
        assertThat(dead).isEmpty();
        assertThat(database.rows(STORED)).containsExactly("e1 ada ada@example.com queued order-received");
    }

    @Test
    void shouldKeepThatAUserIsNotKnownAndGoOn() {
        // When
        Exchange batch = consume("direct:created", record("e1", order("nobody", "PENDING")),
                record("e2", order("ada", "PENDING")));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).isEmpty();
        assertThat(database.rows(STORED)).containsExactly("e1 nobody null skipped order-received",
                "e2 ada ada@example.com queued order-received");
    }

    @Test
    void shouldPutWhatCannotBeToldIntoTheDeadLettersAndGoOn() {
        // Given
        OrderEvent order = order("ada", "PENDING");

        // When
        Exchange batch = consume("direct:created", record("e1", "not protobuf".getBytes(StandardCharsets.UTF_8)),
                record("e2", order.toBuilder().clearItems().build()),
                record("e3", order.toBuilder().setCurrency("XXY").build()),
                record("e4", order.toBuilder().setItems(0, order.getItems(0).toBuilder().setQuantity(-1)).build()),
                record("e5", order));

        // Then
        assertThat(batch.getException()).isNull();
        assertThat(dead).containsExactly("e1", "e2", "e3", "e4");
        assertThat(database.rows(STORED)).containsExactly("e5 ada ada@example.com queued order-received");
        assertThat(commits).hasValue(1);
    }

    private static OrderEvent order(String user, String status) {
        return OrderEvent.newBuilder().setOrderId("0199aaaa-0000-7000-8000-000000000001").setUserId(user).setStatus(status)
                .addItems(OrderItem.newBuilder().setProductId("p").setName("Book").setQuantity(2).setPriceMinor(1250))
                .setAmountMinor(2500).setCurrency("USD").setAddress("1 Main Street").setPaymentId(PAYMENT).build();
    }

    private Exchange consume(String route, Exchange... records) {
        for (int i = 0; i < records.length; i++) {
            records[i].getMessage().setHeader(KafkaConstants.OFFSET, (long) i);
        }
        return context.createProducerTemplate().send(route, exchange -> exchange.getMessage().setBody(List.of(records)));
    }

    private Exchange record(String id, OrderEvent event) {
        return record(id, event.toByteArray());
    }

    private Exchange record(String id, byte[] value) {
        Exchange record = new DefaultExchange(context);
        record.getMessage().setBody(value);
        record.getMessage().setHeader(KafkaConstants.TOPIC, "order.created");
        record.getMessage().setHeader(KafkaConstants.PARTITION, 0);
        record.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, (KafkaManualCommit) commits::incrementAndGet);
        record.getMessage().setHeader("ce_id", id.getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
