package io.payroute.payment.charge;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.payment.TestPayments;
import io.payroute.payment.UnavailableDataSource;
import io.payroute.payment.model.PaymentOperation;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.operation.OperationTask;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.provider.TestSandbox;
import io.payroute.platform.TestRoles;
import io.payroute.platform.work.WorkTask;
import io.payroute.testing.Routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ChargeRouteTest {

    private static final int CALLS = 200;

    private final DefaultCamelContext context = Routes.context();
    private final List<ProviderOutcome> settled = new CopyOnWriteArrayList<>();
    private final List<ProviderCall> calls = new CopyOnWriteArrayList<>();
    private long startUntil = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    private final AtomicInteger settlements = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger mostWaiting = new AtomicInteger();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private Exception providerFailure;
    private Exception settleFailure;
    private long latency;

    /** Stands in for the provider's books. */
    public class Provider {
        public long latency() {
            mostWaiting.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            return latency;
        }

        public ProviderOutcome charge(ProviderCall call) throws Exception {
            waiting.decrementAndGet();
            threads.add(Thread.currentThread().getName());
            calls.add(call);
            if (providerFailure != null) {
                throw providerFailure;
            }
            return new ProviderOutcome.Completed("ref-" + call.key());
        }

        public ProviderOutcome operate(ProviderCall call) {
            waiting.decrementAndGet();
            calls.add(call);
            return new ProviderOutcome.Completed("operated");
        }

        public ProviderOutcome status(ProviderCall call) throws Exception {
            calls.add(call);
            if (providerFailure != null) {
                throw providerFailure;
            }
            return new ProviderOutcome.Declined("insufficient_funds");
        }
    }

    /** Stands in for the settlement. */
    public class Settling {
        public void settle(Exchange exchange) throws Exception {
            settlements.incrementAndGet();
            if (settleFailure != null) {
                throw settleFailure;
            }
            settled.add(exchange.getMessage().getBody(ProviderOutcome.class));
        }
    }

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("beginCall", new BeginCall());
        context.getRegistry().bind("settleCall", new Settling());
        context.getRegistry().bind("sandboxProvider", new Provider());
        context.getRegistry().bind("sandboxListing", TestSandbox.listing(TestRoles.databases(new UnavailableDataSource())));
        context.getRegistry().bind("providerFailure", new ProviderFailure());
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/30-charge.camel.yaml",
                "payment/35-operations.camel.yaml", "payment/provider-sandbox.camel.yaml");
        AdviceWith.adviceWith(context, "payment-charge", route -> route.replaceFromWith("direct:charges"));
        AdviceWith.adviceWith(context, "payment-operation", route -> route.replaceFromWith("direct:operations"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldSendARefundTheWayOfACharge() {
        // Given
        PaymentOperation refund = new PaymentOperation(UUID.randomUUID(), UUID.randomUUID(), PaymentOperation.Kind.REFUND,
                TestPayments.MONEY, PaymentOperation.Status.PENDING, null, "shop", "sandbox", null, Instant.now(), null);

        // When
        send("direct:operations", List.of(new OperationTask(refund, "card", "pi_1", false, 1, 0, Instant.now(), null)));

        // Then
        await().untilAsserted(() -> assertThat(settled).containsExactly(new ProviderOutcome.Completed("operated")));
        assertThat(calls.get(0).key()).isEqualTo(refund.id().toString());
        assertThat(calls.get(0).reference()).isEqualTo("pi_1");
    }

    @Test
    void shouldSettleTheProvidersAnswer() {
        // When
        send(1, "sandbox", false);

        // Then
        await().untilAsserted(() -> assertThat(settled).hasSize(1));
        assertThat(settled).containsExactly(new ProviderOutcome.Completed("ref-" + calls.get(0).key()));
    }

    @Test
    void shouldQueryWhereTheTaskIsAQuery() {
        // When
        send(1, "sandbox", true);

        // Then
        await().untilAsserted(() -> assertThat(settled).containsExactly(new ProviderOutcome.Declined("insufficient_funds")));
        assertThat(calls).extracting(ProviderCall::operation).containsExactly("status");
    }

    @Test
    void shouldNotCallAProviderWhenTheStepsBeforeTookTooLong() {
        // Given
        startUntil = System.nanoTime() - 1;

        // When
        AtomicInteger done = send(1, "sandbox", false);

        // Then
        await().untilAsserted(() -> assertThat(done).hasValue(1));
        assertThat(calls).isEmpty();
        assertThat(settlements).hasValue(0);
    }

    @Test
    void shouldSettleAnExceptionAsUnanswered() {
        // Given
        providerFailure = new SocketTimeoutException("read timed out");

        // When
        send(1, "sandbox", false);

        // Then
        await().untilAsserted(() -> assertThat(settled).hasSize(1));
        assertThat(settled).containsExactly(new ProviderOutcome.Unanswered("SocketTimeoutException: read timed out"));
        assertThat(calls).hasSize(1);
    }

    @Test
    void shouldSettleAConnectionThatWasNeverMadeAsNotDone() {
        // Given
        providerFailure = new ConnectException("refused");

        // When
        send(1, "sandbox", false);

        // Then
        await().untilAsserted(() -> assertThat(settled).hasSize(1));
        assertThat(settled).containsExactly(new ProviderOutcome.NotDone("ConnectException: refused"));
    }

    @Test
    void shouldNotTakeAProviderThatCannotBeQueriedForOneThatChargedNothing() {
        // Given
        providerFailure = new ConnectException("refused");

        // When
        send(1, "sandbox", true);

        // Then
        await().untilAsserted(() -> assertThat(settled).hasSize(1));
        assertThat(settled).containsExactly(new ProviderOutcome.Unanswered("ConnectException: refused"));
    }

    @Test
    void shouldNotChargeWithAProviderThatHasNoRoute() {
        // When
        send(1, "nobody", false);

        // Then
        await().untilAsserted(() -> assertThat(settled).hasSize(1));
        assertThat(settled.get(0)).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldNotSettleTwiceWhenSettlingFails() throws Exception {
        // Given
        settleFailure = new SQLException("unavailable", "08006");

        // When
        AtomicInteger done = send(1, "sandbox", false);

        // Then
        await().untilAsserted(() -> assertThat(done).hasValue(1));
        assertThat(settlements).hasValue(1);
        assertThat(calls).hasSize(1);
    }

    @Test
    void shouldNotSettleTwiceWhenSettlingAProvidersFailureFails() throws Exception {
        // Given
        providerFailure = new SocketTimeoutException("read timed out");
        settleFailure = new SQLException("unavailable", "08006");

        // When
        AtomicInteger done = send(1, "sandbox", false);

        // Then
        await().untilAsserted(() -> assertThat(done).hasValue(1));
        assertThat(settlements).hasValue(1);
        assertThat(calls).hasSize(1);
    }

    @Test
    void shouldHoldNoThreadWhileAProviderIsSlow() throws Exception {
        // Given
        latency = 300;

        // When
        AtomicInteger done = send(CALLS, "sandbox", false);

        // Then
        await().untilAsserted(() -> assertThat(done).hasValue(CALLS));
        assertThat(settled).hasSize(CALLS);
        assertThat(mostWaiting.get()).as("waiting at once").isGreaterThan(2 * threads.size());
    }

    /** @return how many are done */
    private AtomicInteger send(int count, String provider, boolean statusQuery) {
        return send("direct:charges", IntStream.range(0, count).mapToObj(i -> new ChargeTask(
                TestPayments.payment(PaymentStatus.PROCESSING).at(provider), statusQuery, 1, statusQuery ? 1 : 0,
                Instant.now())).toList());
    }

    private AtomicInteger send(String endpoint, List<? extends ProviderTask> tasks) {
        AtomicInteger done = new AtomicInteger();
        try {
            AsyncProducer route = context.getEndpoint(endpoint).createAsyncProducer();
            route.start();
            for (ProviderTask task : tasks) {
                Exchange exchange = route.getEndpoint().createExchange();
                exchange.setProperty(WorkTask.START_UNTIL, startUntil);
                exchange.getMessage().setBody(task);
                route.process(exchange, doneSync -> done.incrementAndGet());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return done;
    }
}
