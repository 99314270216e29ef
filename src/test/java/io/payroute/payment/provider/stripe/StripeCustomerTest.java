package io.payroute.payment.provider.stripe;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.fields;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;

/** Payments of orders, whose customers may have to confirm them. */
class StripeCustomerTest extends StripeRoute {

    private static final String BANK = "https://hooks.stripe.com/redirect/authenticate/src_1";
    private static final Duration SOON = Duration.ofMinutes(5);

    @ParameterizedTest
    @CsvSource({"redirect_to_url, " + BANK, "use_stripe_sdk,"})
    void shouldWaitForACustomerWhoHasToConfirm(String action, String url) {
        // Given
        STRIPE.toPost(INTENTS, ok(waiting(action)));

        // When
        ProviderOutcome outcome = outcome(charge());

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Pending("pi_1", new ProviderOutcome.Action(url, "pi_1_secret_2")));
        assertThat(outcome.toString()).doesNotContain("secret");
        assertThat(fields(STRIPE.request().getBodyAsString())).contains("confirm=true", "return_url=https://shop.example/paid")
                .doesNotContain("error_on_requires_action=true");
    }

    @Test
    void shouldGoOnWaitingWhileThereIsTime() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(waiting("use_stripe_sdk")));

        // When
        ProviderOutcome outcome = outcome(query(SOON));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Pending.class);
        assertThat(STRIPE.requests()).hasSize(1);
    }

    @Test
    void shouldEndWhatNobodyConfirmsInTime() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(waiting("use_stripe_sdk")));
        STRIPE.toPost(INTENTS + "/pi_1/cancel", ok(intent("pi_1", "canceled")));

        // When
        ProviderOutcome outcome = outcome(query(TestStripe.ACTION_TIMEOUT));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Declined("canceled"));
        LoggedRequest cancelled = STRIPE.requests().get(1);
        assertThat(cancelled.getHeader("Idempotency-Key")).as("not the charge's").isNotEqualTo(PAYMENT.toString());
        assertThat(fields(cancelled.getBodyAsString())).containsExactly("cancellation_reason=abandoned");
    }

    @Test
    void shouldEndAtOnceWhatIsGivenUp() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(waiting("use_stripe_sdk")));
        STRIPE.toPost(INTENTS + "/pi_1/cancel", ok(intent("pi_1", "canceled")));

        // When
        ProviderOutcome outcome = outcome(givenUp());

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Declined("canceled"));
    }

    @Test
    void shouldCompleteWhatWasConfirmedBeforeItWasGivenUp() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(givenUp());

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Completed.class);
        assertThat(STRIPE.requests()).hasSize(1);
    }

    /** Whoever has the client secret could confirm it once more, with another card, for a payment that has failed here. */
    @Test
    void shouldEndAnIntentWhoseCustomerHasFailed() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "requires_payment_method")));
        STRIPE.toPost(INTENTS + "/pi_1/cancel", ok(intent("pi_1", "canceled")));

        // When
        ProviderOutcome outcome = outcome(query(SOON));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Declined("canceled"));
    }

    @Test
    void shouldLeaveOpenWhatIsConfirmedWhileItIsEnded() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(waiting("use_stripe_sdk")));
        STRIPE.toPost(INTENTS + "/pi_1/cancel", error(400, "invalid_request_error",
                "\"code\":\"payment_intent_unexpected_state\",\"payment_intent\":" + intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(query(TestStripe.ACTION_TIMEOUT));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @Test
    void shouldFailACardThatIsRefusedAtOnce() {
        // Given
        STRIPE.toPost(INTENTS, error(402, "card_error", "\"code\":\"card_declined\",\"decline_code\":\"stolen_card\""));

        // When
        ProviderOutcome outcome = outcome(charge());

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Declined("stolen_card"));
        assertThat(STRIPE.requests()).hasSize(1);
    }

    private static ProviderCall charge() {
        return new ProviderCall(ProviderCall.CHARGE, null, PAYMENT.toString(), PAYMENT, null, new Money(4999, "USD"),
                "pm_card_threeDSecure2Required", 1, null, new ProviderCall.Payer("ada", null, "order-1"));
    }

    private static ProviderCall query(Duration keyAge) {
        return new ProviderCall(ProviderCall.STATUS, ProviderCall.CHARGE, PAYMENT.toString(), PAYMENT, "pi_1",
                new Money(4999, "USD"), "pm_card_threeDSecure2Required", 3, keyAge,
                new ProviderCall.Payer("ada", null, "order-1"));
    }

    private static ProviderCall givenUp() {
        ProviderCall call = query(SOON);
        return new ProviderCall(call.operation(), call.queried(), call.key(), call.paymentId(), call.reference(), call.money(),
                call.method(), call.attempt(), call.keyAge(), call.payer(), true);
    }

    private static String waiting(String action) {
        return intent("pi_1", "requires_action").replace("\"object\"", "\"client_secret\":\"pi_1_secret_2\",\"next_action\":{"
                + "\"type\":\"" + action + "\",\"" + action + "\":{"
                + (action.equals("redirect_to_url") ? "\"url\":\"" + BANK + "\"" : "\"type\":\"three_d_secure_redirect\"")
                + "}},\"object\"");
    }
}
