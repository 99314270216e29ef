package io.payroute.payment.initiate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.payment.PaymentAccess;
import io.payroute.payment.TransitionPayment;
import io.payroute.payment.accept.TestAccept;
import io.payroute.payment.charge.AskProvider;
import io.payroute.payment.operation.RequestOperation;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.InitiatePaymentRequest;
import io.payroute.proto.payment.PaymentResponse;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.payroute.proto.payment.ReversePaymentRequest;
import io.payroute.testing.FreePorts;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** payment.PaymentService as a shop has it, behind a real port, down to the database. */
@Timeout(60)
class OrderPaymentsTest {

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final int port = FreePorts.next();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    private final PaymentServiceBlockingStub client = PaymentServiceGrpc.newBlockingStub(channel);
    private final ExecutorService callers = Executors.newFixedThreadPool(8);
    private final TestAccept accept = new TestAccept(database);
    private PaymentsOfOrders payments;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void serve() throws Exception {
        database.clear();
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        payments = new PaymentsOfOrders(databases);
        context.getPropertiesComponent().addOverrideProperty("payment.grpc.listen", "127.0.0.1:" + port);
        context.getRegistry().bind("initiatePayment", new InitiatePayment(payments, accept.accept()));
        context.getRegistry().bind("orderPayments", new OrderPayments(payments,
                new RequestOperation(databases, new TransitionPayment("payment.status-updated")), new AskProvider(databases)));
        context.addComponent("grpc", new PayrouteGrpcComponent(new Scopes(Stream.of(PaymentAccess.RULES))));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/16-initiate.camel.yaml");
        AdviceWith.adviceWith(context, "payment-initiate", route -> {
            route.weaveById("if-asked-initiating").remove();
            route.weaveById("to-outbox-initiated").remove();
        });
        AdviceWith.adviceWith(context, "payment-reverse", route -> {
            route.weaveById("to-operations-reversed").remove();
            route.weaveById("to-outbox-reversed").remove();
        });
        context.start();
    }

    @AfterEach
    void stop() {
        callers.shutdownNow();
        channel.shutdownNow();
        context.stop();
        accept.close();
        payments.close();
    }

    @Test
    void shouldInitiateOnePaymentOfAnOrder() throws Exception {
        // When
        List<Future<PaymentResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            answers.add(callers.submit(() -> answered(order("o-1").build())));
        }

        // Then
        for (Future<PaymentResponse> answer : answers) {
            assertThat(answer.get().getPaymentId()).isEqualTo(database.value("SELECT id FROM payment"));
            assertThat(answer.get().getStatus()).isEqualTo("PENDING");
            assertThat(answer.get().getPaymentStatus()).isEqualTo("pending");
            assertThat(answer.get().getOrderId()).isEqualTo("o-1");
        }
        assertThat(database.rows("SELECT user_id, amount_minor, currency, method, order_id FROM payment"))
                .containsExactly("ada 2500 USD card o-1");
        assertThat(database.rows("SELECT topic FROM outbox")).containsExactly("payment-topic");
    }

    @Test
    void shouldSayWhatTheCustomerNeedsUntilHeHasConfirmed() {
        // Given
        client.initiatePayment(order("o-1").build());
        database.execute("UPDATE payment SET status = 'processing', provider = 'stripe'");
        database.execute(
                "INSERT INTO payment_action SELECT id, 'stripe', 'https://bank.example/1', 'pi_1_secret_2' FROM payment");
        CheckPaymentStatusRequest check = CheckPaymentStatusRequest.newBuilder().setOrderId("o-1").build();

        // When
        PaymentResponse waiting = client.checkPaymentStatus(check);
        database.execute("UPDATE payment SET provider = 'adyen'");
        PaymentResponse elsewhere = client.checkPaymentStatus(check);
        database.execute("UPDATE payment SET provider = 'stripe', status = 'completed'");
        PaymentResponse confirmed = client.checkPaymentStatus(check);

        // Then
        assertThat(waiting.getStatus()).isEqualTo("PENDING");
        assertThat(waiting.getUrl()).isEqualTo("https://bank.example/1");
        assertThat(waiting.getClientSecret()).isEqualTo("pi_1_secret_2");
        assertThat(elsewhere.getClientSecret()).isEmpty();
        assertThat(confirmed.getUrl() + confirmed.getClientSecret()).isEmpty();
    }

    @Test
    void shouldTakeAnIdInCapitalsForTheSameOrder() {
        // Given
        String order = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
        client.initiatePayment(order(order.toUpperCase(Locale.ROOT)).build());

        // When
        client.initiatePayment(order(order).build());

        // Then
        assertThat(database.rows("SELECT order_id FROM payment")).containsExactly(order);
    }

    @Test
    void shouldTakeTheFirstClientsAmountForTheSame() {
        // Given
        client.initiatePayment(order("o-1").build());

        // When
        PaymentResponse again = client.initiatePayment(order("o-1").clearAmountMinor().setAmount(25.0).build());

        // Then
        assertThat(again.getPaymentId()).isEqualTo(database.value("SELECT id FROM payment"));
    }

    @Test
    void shouldRefuseAnotherAmountOrUserForTheSameOrder() {
        // Given
        client.initiatePayment(order("o-1").build());

        // When
        List<Status.Code> codes = Stream.of(order("o-1").setAmountMinor(2501), order("o-1").setUserId("bob"),
                order("o-1").setCurrency("EUR")).map(other -> code(() -> client.initiatePayment(other.build()))).toList();

        // Then
        assertThat(codes).containsOnly(Status.Code.FAILED_PRECONDITION);
        assertThat(database.rows("SELECT user_id, amount_minor FROM payment")).containsExactly("ada 2500");
    }

    @Test
    void shouldStoreNothingOfWhatBreaksARule() {
        // When
        List<Status.Code> codes = Stream.of(order(""), order("o-1").setUserId(""), order("o-1").setAmountMinor(-1),
                order("o-1").setAmountMinor(0), order("o-1").setCurrency("XXX"), order("o-1").setAmount(1.0),
                order("o-1").setPaymentMethodId("no such method!"))
                .map(wrong -> code(() -> client.initiatePayment(wrong.build()))).toList();

        // Then
        assertThat(codes).hasSize(7).containsOnly(Status.Code.INVALID_ARGUMENT);
        assertThat(database.count("payment")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"pending,PENDING", "processing,PENDING", "unknown,PENDING", "review,PENDING", "authorized,PENDING",
            "completed,PAID", "partially_refunded,PAID", "failed,FAILED", "cancelled,FAILED", "refunded,FAILED"})
    void shouldSayInAShopsWordsWhereAPaymentStands(String status, String word) {
        // Given
        String id = client.initiatePayment(order("o-1").build()).getPaymentId();
        become(status);

        // When
        PaymentResponse byOrder = client
                .checkPaymentStatus(CheckPaymentStatusRequest.newBuilder().setOrderId("o-1").build());

        // Then
        assertThat(byOrder.getStatus()).isEqualTo(word);
        assertThat(byOrder.getPaymentStatus()).isEqualTo(status);
        assertThat(client.checkPaymentStatus(CheckPaymentStatusRequest.newBuilder().setPaymentId(id).build()))
                .isEqualTo(byOrder);
    }

    @Test
    void shouldNotFindWhatWasNeverInitiated() {
        // When
        List<Status.Code> codes = List.of(
                code(() -> client.checkPaymentStatus(CheckPaymentStatusRequest.newBuilder().setOrderId("o-2").build())),
                code(() -> client.checkPaymentStatus(CheckPaymentStatusRequest.newBuilder().setPaymentId("none").build())),
                code(() -> client.checkPaymentStatus(CheckPaymentStatusRequest.getDefaultInstance())),
                code(() -> client.reversePayment(reverse("o-2", "k"))));

        // Then
        assertThat(codes).containsOnly(Status.Code.NOT_FOUND);
    }

    @Test
    void shouldCancelWhatIsNotCharged() {
        // Given
        client.initiatePayment(order("o-1").build());

        // When
        PaymentResponse reversed = client.reversePayment(reverse("o-1", "k"));
        PaymentResponse again = client.reversePayment(reverse("o-1", "k"));

        // Then
        assertThat(reversed.getStatus()).isEqualTo("FAILED");
        assertThat(again).isEqualTo(reversed);
        assertThat(database.rows("SELECT status FROM payment")).containsExactly("cancelled");
    }

    @Test
    void shouldRefundAllThatIsChargedOnce() {
        // Given
        client.initiatePayment(order("o-1").build());
        become("completed");

        // When
        client.reversePayment(reverse("o-1", "k"));
        client.reversePayment(reverse("o-1", "k"));
        client.reversePayment(reverse("o-1", "another"));

        // Then
        assertThat(database.rows("SELECT kind, amount_minor FROM payment_operation")).containsExactly("refund 2500");
        assertThat(database.value("SELECT refund_claimed_minor FROM payment")).isEqualTo("2500");
    }

    @ParameterizedTest
    @ValueSource(strings = {"processing", "unknown"})
    void shouldNotTakeBackWhatIsBeingCharged(String status) {
        // Given
        client.initiatePayment(order("o-1").build());
        become(status);

        // When
        Status.Code code = code(() -> client.reversePayment(reverse("o-1", "k")));

        // Then
        assertThat(code).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(database.count("payment_operation")).isZero();
    }

    /** @param notBefore when the provider is to be asked next; before the lease's end for one that a worker has claimed */
    private void waitForItsCustomer(String notBefore) {
        client.initiatePayment(order("o-1").build());
        become("processing");
        database.execute("INSERT INTO payment_action SELECT id, provider, NULL, 'pi_1_secret_2' FROM payment");
        database.execute("INSERT INTO charge_work (payment_id, provider, due_at, not_before, sent_at) "
                + "SELECT id, provider, now() + interval '1 hour', " + notBefore + ", now() FROM payment");
    }

    @Test
    void shouldHaveEndedWhatWaitsForItsCustomer() {
        // Given
        waitForItsCustomer("now() + interval '1 hour'");

        // When
        PaymentResponse reversed = client.reversePayment(reverse("o-1", "k"));

        // Then
        assertThat(reversed.getStatus()).isEqualTo("PENDING");
        assertThat(database.rows("SELECT given_up, due_at <= now(), not_before <= now() FROM charge_work"))
                .containsExactly("t t t");
        assertThat(database.count("payment_operation")).isZero();
    }

    /** As an order does whose process was killed before it knew. */
    @Test
    void shouldEndItOnceHoweverOftenThatIsRequested() {
        // Given
        waitForItsCustomer("now() + interval '1 hour'");
        client.reversePayment(reverse("o-1", "k"));
        List<String> before = database.rows("SELECT * FROM charge_work");

        // When
        PaymentResponse again = client.reversePayment(reverse("o-1", "k"));

        // Then
        assertThat(again.getStatus()).isEqualTo("PENDING");
        assertThat(database.rows("SELECT * FROM charge_work")).isEqualTo(before);
        assertThat(database.count("payment_operation")).isZero();
    }

    /** Whoever has claimed it settles it first. */
    @Test
    void shouldLeaveToItsWorkerWhenTheProviderIsAskedNext() {
        // Given
        waitForItsCustomer("now()");

        // When
        client.reversePayment(reverse("o-1", "k"));

        // Then
        assertThat(database.rows("SELECT given_up, due_at > now() FROM charge_work")).containsExactly("t t");
    }

    @Test
    void shouldRequireAKeyForTakingBack() {
        // Given
        client.initiatePayment(order("o-1").build());

        // When
        Status.Code code = code(() -> client.reversePayment(reverse("o-1", "")));

        // Then
        assertThat(code).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(database.value("SELECT status FROM payment")).isEqualTo("pending");
    }

    /** Repeats while another call stores it. */
    private PaymentResponse answered(InitiatePaymentRequest request) {
        while (true) {
            try {
                return client.initiatePayment(request);
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            }
        }
    }

    private static void become(String status) {
        database.execute("ALTER TABLE payment DISABLE TRIGGER USER");
        database.execute("UPDATE payment SET status = ?, captured_minor = CASE WHEN ? THEN amount_minor ELSE 0 END", status,
                List.of("completed", "partially_refunded", "refunded").contains(status));
        database.execute("ALTER TABLE payment ENABLE TRIGGER USER");
    }

    private static InitiatePaymentRequest.Builder order(String id) {
        return InitiatePaymentRequest.newBuilder().setOrderId(id).setUserId("ada").setAmountMinor(2500).setCurrency("USD");
    }

    private static ReversePaymentRequest reverse(String order, String key) {
        return ReversePaymentRequest.newBuilder().setOrderId(order).setIdempotencyKey(key).build();
    }

    private static Status.Code code(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus().getCode();
    }
}
