package io.payroute.aggregator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.aggregator.stream.PaymentStreams;
import io.payroute.aggregator.stream.PaymentTail;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.GetPaymentRequest;
import io.payroute.proto.payment.GetTopicsRequest;
import io.payroute.proto.payment.ListPaymentsRequest;
import io.payroute.proto.payment.Payment;
import io.payroute.proto.payment.PaymentList;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.payroute.proto.payment.PaymentStatus;
import io.payroute.proto.payment.Provider;
import io.payroute.testing.FreePorts;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static io.payroute.aggregator.AggregatorBed.generic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The aggregator's half of the service, as its clients have it. */
class AggregatorGrpcTest {

    private static TestDatabase database;
    private static AggregatorBed bed;
    private static DefaultCamelContext context;
    private static ManagedChannel channel;
    private static PaymentServiceBlockingStub client;
    private static PaymentTail tail;

    @BeforeAll
    static void serve() throws Exception {
        database = TestDatabase.create(AggregatorRole.NAME);
        bed = new AggregatorBed(AggregatorBed.store(database));
        int port = FreePorts.next();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        client = PaymentServiceGrpc.newBlockingStub(channel);
        context = Routes.context();
        context.getPropertiesComponent().addOverrideProperty("aggregator.grpc.listen", "127.0.0.1:" + port);
        context.getRegistry().bind("aggregatedPayments", new FindPayments(database.dataSource(), AggregatorBed.RAW));
        tail = new PaymentTail(database.dataSource(), 16, Duration.ofSeconds(1), Duration.ofSeconds(5),
                Duration.ofHours(1));
        context.getRegistry().bind("paymentStreams", new PaymentStreams(tail));
        context.addComponent("grpc", new PayrouteGrpcComponent(new Scopes(Stream.of(AggregatorAccess.RULES))));
        Routes.load(context, "shared/error-handling.camel.yaml", "aggregator/20-grpc-server.camel.yaml");
        context.start();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        context.stop();
        tail.close();
        bed.close();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldReadOnePayment() {
        // Given
        bed.consume("payments.raw", generic("pay_abc123", "stripe", "50.00", "USD", "completed"));

        // When
        Payment payment = client.getPayment(GetPaymentRequest.newBuilder().setPaymentId("pay_abc123").build());

        // Then
        assertThat(payment.getProvider()).isEqualTo(Provider.STRIPE);
        assertThat(payment.getAmount()).isEqualTo(50.0);
        assertThat(payment.getStatus()).isEqualTo(PaymentStatus.COMPLETED);
        assertThat(payment.getTopic()).isEqualTo("payments.raw");
        assertThat(payment.getProcessedAt()).isPositive();
    }

    @Test
    void shouldTellProvidersWithTheSameIdApart() {
        // Given
        bed.consume("payments.raw", generic("1", "adyen", "1.00", "USD", "paid"), "payments.raw",
                generic("1", "paypal", "2.00", "USD", "failed"));

        // When
        Payment payment = client
                .getPayment(GetPaymentRequest.newBuilder().setPaymentId("1").setProviderName("paypal").build());

        // Then
        assertThat(payment.getAmountMinor()).isEqualTo(200);
    }

    @Test
    void shouldPageNewestFirstWhilePaymentsArriveAndChange() {
        // Given
        for (int i = 0; i < 25; i++) {
            bed.consume("payments.raw", generic("pay_" + i, i % 2 == 0 ? "stripe" : "adyen", "1.00", "USD", "pending"));
        }
        List<String> seen = new ArrayList<>();

        // When
        PaymentList page = client.listPayments(ListPaymentsRequest.newBuilder().setLimit(7).build());
        seen.addAll(ids(page));
        while (!page.getNextCursor().isEmpty()) {
            bed.consume("payments.raw", generic("late_" + seen.size(), "stripe", "1.00", "USD", "pending"), "payments.raw",
                    generic("pay_3", "adyen", "1.00", "USD", "paid"));
            page = client.listPayments(ListPaymentsRequest.newBuilder().setLimit(7).setCursor(page.getNextCursor()).build());
            seen.addAll(ids(page));
        }

        // Then
        assertThat(seen).containsExactlyElementsOf(
                Stream.iterate(24, i -> i >= 0, i -> i - 1).map(i -> "pay_" + i).toList());
    }

    @Test
    void shouldCountWhatTheFiltersLetThrough() {
        // Given
        bed.consume("payments.raw", generic("1", "stripe", "1.00", "USD", "paid"), "payments.raw",
                generic("2", "stripe", "1.00", "USD", "failed"), "payments.raw", generic("3", "adyen", "1.00", "USD", "paid"));

        // When
        PaymentList all = client.listPayments(ListPaymentsRequest.getDefaultInstance());
        PaymentList stripe = client.listPayments(ListPaymentsRequest.newBuilder().setProvider(Provider.STRIPE).build());
        PaymentList adyen = client.listPayments(ListPaymentsRequest.newBuilder().setProviderName("adyen").build());
        PaymentList paid = client
                .listPayments(ListPaymentsRequest.newBuilder().setStatus(PaymentStatus.COMPLETED).setLimit(1).build());

        // Then
        assertThat(all.getTotalCount()).isEqualTo(3);
        assertThat(ids(stripe)).containsExactly("2", "1");
        assertThat(stripe.getTotalCount()).isEqualTo(2);
        assertThat(ids(adyen)).containsExactly("3");
        assertThat(ids(paid)).containsExactly("3");
        assertThat(paid.getTotalCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0,10", "5,5", "100,12", "101,10"})
    void shouldHoldTheRuleOfLimits(int limit, int found) {
        // Given
        for (int i = 0; i < 12; i++) {
            bed.consume("payments.raw", generic("pay_" + i, "stripe", "1.00", "USD", "paid"));
        }

        // When
        PaymentList page = client.listPayments(ListPaymentsRequest.newBuilder().setLimit(limit).build());

        // Then
        assertThat(page.getPaymentsCount()).isEqualTo(found);
    }

    @Test
    void shouldNameTheTopicsThatEventsCameFrom() {
        // Given
        bed.consume("payments.raw.stripe", generic("1", "stripe", "1.00", "USD", "paid"));

        // When
        List<String> topics = client.getTopics(GetTopicsRequest.getDefaultInstance()).getTopicsList();

        // Then
        assertThat(topics).containsExactly("payments.raw", "payments.raw.stripe");
    }

    @Test
    void shouldAnswerWhatItDoesNotDoWithItsCode() {
        // Then
        assertThat(code(() -> client.getPayment(GetPaymentRequest.newBuilder().setPaymentId("nobody").build())))
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(code(() -> client.getPayment(GetPaymentRequest.getDefaultInstance())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(code(() -> client.listPayments(ListPaymentsRequest.newBuilder().setLimit(-1).build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(code(() -> client.listPayments(ListPaymentsRequest.newBuilder().setCursor("not one").build())))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        // The other half of the service, which another port serves.
        assertThat(code(() -> client.checkPaymentStatus(CheckPaymentStatusRequest.getDefaultInstance())))
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    private static List<String> ids(PaymentList page) {
        return page.getPaymentsList().stream().map(Payment::getId).toList();
    }

    private static Status.Code code(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus().getCode();
    }
}
