package io.payroute.crash;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.payment.provider.stripe.StripeStub;
import io.payroute.proto.order.OrderResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Orders whose customer has to confirm the payment at Stripe: one who does, and one who gives up, while the process is ended. */
@Timeout(300)
class ConfirmedOrderIT {

    static final String POINT = "payment-given-up";
    private static final int PIECES = 5;
    private static final String BANK = "https://hooks.stripe.com/redirect/authenticate/src_1";
    private static final StripeStub STRIPE = new StripeStub();

    private static TestBed bed;
    private static Shop shop;
    private static ApplicationProcess application;

    @BeforeAll
    static void start() {
        STRIPE.start();
        bed = new TestBed("confirmed-order");
        shop = new Shop(bed);
        application = launch(POINT).awaitReady();
    }

    @AfterAll
    static void stop() {
        shop.close();
        application.close();
        bed.close();
        STRIPE.stop();
    }

    private static ApplicationProcess launch(String point) {
        return bed.launch(shop.properties(Map.of("payment.provider.default", "stripe",
                "payment.provider.stripe.connect-timeout", "500ms", "payment.provider.stripe.read-timeout", "1s",
                "payment.provider.stripe.api-key", "sk_test_0123456789abcdef0123456789",
                "payment.provider.stripe.payment-method", "pm_card_threeDSecure2Required",
                "payment.provider.stripe.base-url", STRIPE.url(), "payment.provider.stripe.return-url",
                "https://shop.example/paid", "payment.unknown.query-schedule", "500ms", "payroute.crash-point", point,
                "payroute.crash-passing", "1")));
    }

    @Test
    void shouldBePaidWhenItsCustomerHasConfirmed() {
        // Given
        String book = shop.product("confirmed", 4999, PIECES);
        stripeWaitsFor("pi_confirmed");
        OrderResponse waiting = awaitAction(shop.order("confirmed", book, 1).getOrderId());

        // When
        STRIPE.toGet("/v1/payment_intents/pi_confirmed", StripeStub.ok(StripeStub.intent("pi_confirmed", "succeeded")));

        // Then
        assertThat(waiting.getStatus()).isEqualTo("PENDING");
        assertThat(waiting.getPaymentClientSecret()).isEqualTo("pi_confirmed_secret");
        OrderResponse paid = shop.awaitStatus(waiting.getOrderId(), "PAID");
        assertThat(paid.getPaymentUrl() + paid.getPaymentClientSecret()).isEmpty();
        assertThat(shop.available(book)).isEqualTo(PIECES - 1);
        assertThat(created()).isEqualTo(1);
    }

    @Test
    void shouldBeCancelledAtStripeTooThoughTheProcessEndsMeanwhile() throws Exception {
        // Given
        String book = shop.product("abandoned", 4999, PIECES);
        stripeWaitsFor("pi_abandoned");
        String id = awaitAction(shop.order("abandoned", book, 1).getOrderId()).getOrderId();
        STRIPE.toPost("/v1/payment_intents/pi_abandoned/cancel", StripeStub.ok(StripeStub.intent("pi_abandoned", "canceled")));

        // When
        CompletableFuture<OrderResponse> asked = CompletableFuture.supplyAsync(() -> shop.cancel(id));
        assertThat(application.awaitExit(TestBed.PATIENCE)).isEqualTo(CrashPointIT.KILLED);
        assertThat(cancelled()).isZero();
        application = launch("none");

        // Then
        assertThat(asked).succeedsWithin(TestBed.PATIENCE);
        shop.awaitStatus(id, "CANCELLED");
        await().atMost(TestBed.PATIENCE).untilAsserted(() -> assertThat(shop.available(book)).isEqualTo(PIECES));
        assertThat(cancelled()).isPositive();
        assertThat(created()).isEqualTo(1);
        assertThat(shop.rows("payment", "SELECT status || ' ' || reason FROM payment WHERE order_id = '" + id + "'"))
                .containsExactly("failed canceled");
        assertThat(shop.rows("payment", "SELECT payment_id::text FROM charge_work")).isEmpty();
    }

    /** From now on every intent is this one, and it waits for its customer. */
    private static void stripeWaitsFor(String intent) {
        String waiting = StripeStub.intent(intent, "requires_action").replace("\"object\"", "\"client_secret\":\"" + intent
                + "_secret\",\"next_action\":{\"type\":\"redirect_to_url\",\"redirect_to_url\":{\"url\":\"" + BANK
                + "\"}},\"object\"");
        STRIPE.reset();
        STRIPE.toPost("/v1/payment_intents", StripeStub.ok(waiting));
        STRIPE.toGet("/v1/payment_intents/" + intent, StripeStub.ok(waiting));
    }

    private static OrderResponse awaitAction(String id) {
        await().atMost(TestBed.PATIENCE).ignoreExceptions()
                .untilAsserted(() -> assertThat(shop.get(id).getPaymentUrl()).isEqualTo(BANK));
        return shop.get(id);
    }

    private static long created() {
        return posted("/v1/payment_intents");
    }

    private static long cancelled() {
        return posted("/v1/payment_intents/pi_abandoned/cancel");
    }

    private static long posted(String path) {
        return STRIPE.requests().stream()
                .filter(one -> one.getMethod().value().equals("POST") && one.getUrl().equals(path)).count();
    }
}
