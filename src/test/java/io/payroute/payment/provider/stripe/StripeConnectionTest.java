package io.payroute.payment.provider.stripe;

import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.github.tomakehurst.wiremock.http.Fault;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StripeConnectionTest extends StripeRoute {

    @ParameterizedTest
    @EnumSource(value = Fault.class)
    void shouldLeaveABrokenConnectionOpen(Fault fault) {
        // Given
        STRIPE.toPost(INTENTS, aResponse().withFault(fault));

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(String.valueOf(exchange.getException())).doesNotContain("sk_test");
        assertThat(STRIPE.requests()).as("the client repeats nothing by itself").hasSize(1);
    }

    @Test
    void shouldGiveUpAnAnswerThatTakesTooLong() throws Exception {
        // Given
        context.stop();
        startRoute(STRIPE.url(), Duration.ofMillis(300));
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")).withFixedDelay(10_000));

        // When
        long start = System.nanoTime();
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(exchange.getException()).isInstanceOf(SocketTimeoutException.class);
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
    }

    @Test
    void shouldNotHoldItsCallerWhileStripeIsSlow() throws Exception {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")).withFixedDelay(300));
        AsyncProducer route = context.getEndpoint("direct:provider-stripe").createAsyncProducer();
        route.start();
        AtomicInteger done = new AtomicInteger();

        // When
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            Exchange exchange = route.getEndpoint().createExchange();
            exchange.setProperty(ProviderCall.PROPERTY, call(ProviderCall.CHARGE));
            route.process(exchange, doneSync -> done.incrementAndGet());
        }
        Duration held = Duration.ofNanos(System.nanoTime() - start);

        // Then
        assertThat(held).isLessThan(Duration.ofMillis(300));
        await().untilAsserted(() -> assertThat(done).hasValue(10));
        assertThat(STRIPE.requests()).hasSize(10);
    }

    @Test
    void shouldKnowThatNothingWasChargedWhenNobodyListens() throws Exception {
        // Given
        context.stop();
        try (ServerSocket free = new ServerSocket(0)) {
            startRoute("http://localhost:" + free.getLocalPort(), TIMEOUT);
        }

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(exchange.getException()).isInstanceOf(ConnectException.class);
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.NotDone.class);
    }

    @Test
    void shouldKnowThatNothingWasChargedWhenTheHandshakeFails() throws Exception {
        // Given
        context.stop();
        startRoute(STRIPE.httpsUrl(), TIMEOUT);

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.NotDone.class);
        // One that ran into its time limit in the test before may be noted late; it came by HTTP.
        assertThat(STRIPE.requests()).filteredOn(request -> "https".equals(request.getScheme())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {ProviderCall.CAPTURE, ProviderCall.CANCEL, ProviderCall.REFUND})
    void shouldNotTakeAQueryWithoutAConnectionForAnOperationThatWasNotSent(String operation) throws Exception {
        // Given
        context.stop();
        try (ServerSocket once = new ServerSocket(0)) {
            startRoute("http://localhost:" + once.getLocalPort(), TIMEOUT);
            Thread answering = new Thread(() -> answerOnce(once));
            answering.start();

            // When
            Exchange exchange = send(later(operation), Map.of(), null);

            // Then
            assertThat(exchange.getException()).isInstanceOf(ConnectException.class);
            assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.Unanswered.class);
        }
    }
}
