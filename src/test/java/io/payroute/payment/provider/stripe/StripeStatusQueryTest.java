package io.payroute.payment.provider.stripe;

import java.time.Duration;
import java.util.Map;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.answer;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;

class StripeStatusQueryTest extends StripeRoute {

    @Test
    void shouldQueryALostChargeByTheSamePost() {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")).withHeader("Idempotent-Replayed", "true"));
        outcome(call(ProviderCall.CHARGE));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, null, Duration.ofHours(22)));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        LoggedRequest first = STRIPE.requests().get(0);
        LoggedRequest second = STRIPE.requests().get(1);
        assertThat(second.getBodyAsString()).isEqualTo(first.getBodyAsString());
        assertThat(second.getHeader("Idempotency-Key")).isEqualTo(first.getHeader("Idempotency-Key"));
        assertThat(second.getUrl()).isEqualTo(first.getUrl());
    }

    @Test
    void shouldQueryByReferenceWhereItIsKnown() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_7", ok(intent("pi_7", "processing")));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, "pi_7", Duration.ZERO));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Pending("pi_7"));
        assertThat(STRIPE.request().getHeaders().keys()).map(String::toLowerCase).doesNotContain("idempotency-key");
    }

    @Test
    void shouldOnlySearchWhenStripeMayHaveForgottenTheKey() {
        // Given
        STRIPE.stub(get(urlPathEqualTo(INTENTS + "/search"))
                .withQueryParam("query", equalTo("metadata['payment_id']:'" + PAYMENT + "'")),
                ok("{\"data\":[" + found("pi_1", "requires_payment_method") + "," + found("pi_2", "succeeded") + ","
                        + intent("pi_3", "succeeded") + "]}"));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, null, Duration.ofHours(23)));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_2"));
        assertThat(STRIPE.requests()).extracting(request -> request.getMethod().getName()).containsExactly("GET");
    }

    @Test
    void shouldTakeSilenceOfTheSearchForNoProof() {
        // Given
        STRIPE.toGet(INTENTS + "/search", ok("{\"data\":[],\"has_more\":false}"));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.AUTHORIZE, null, null));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"replayed", "not to be repeated", "another request"})
    void shouldSearchTheListWhenTheKeyGivesNoAnswer(String why) {
        // Given
        STRIPE.toPost(INTENTS, switch (why) {
            case "replayed" -> error(500, "api_error", "").withHeader("Idempotent-Replayed", "true");
            case "not to be repeated" -> error(500, "api_error", "").withHeader("Stripe-Should-Retry", "false");
            default -> error(400, "idempotency_error", "");
        });
        STRIPE.toGet(INTENTS, ok("{\"data\":[" + intent("pi_9", "succeeded") + "],\"has_more\":true}"));
        STRIPE.stub(get(urlPathEqualTo(INTENTS)).withQueryParam("starting_after", equalTo("pi_9"))
                .withQueryParam("created[gte]", matching("[0-9]{10}")),
                ok("{\"data\":[" + found("pi_1", "succeeded") + "],\"has_more\":true}"));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, null, Duration.ZERO));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        assertThat(STRIPE.requests()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"PT9M59S,unanswered", "PT10M,declined"})
    void shouldFailAChargeThatEndedInAnErrorOnlyWhenItIsSurelyAbsent(Duration keyAge, String word) {
        // Given
        STRIPE.toPost(INTENTS, error(500, "api_error", "").withHeader("Idempotent-Replayed", "true"));
        STRIPE.toGet(INTENTS, ok("{\"data\":[],\"has_more\":false}"));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, null, keyAge));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in use", "in use by another name", "fresh", "fresh and final", "another request"})
    void shouldTakeOnlyAKeptErrorForTheEndOfTheFirstRequest(String answer) {
        // Given
        STRIPE.toPost(INTENTS, switch (answer) {
            case "in use" -> error(409, "idempotency_error", "\"code\":\"idempotency_key_in_use\"");
            case "in use by another name" -> error(400, "idempotency_error", "\"code\":\"idempotency_key_in_use\"");
            case "fresh" -> error(500, "api_error", "");
            case "fresh and final" -> error(500, "api_error", "").withHeader("Stripe-Should-Retry", "false");
            default -> error(400, "idempotency_error", "");
        });
        STRIPE.toGet(INTENTS, ok("{\"data\":[],\"has_more\":false}"));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, null, Duration.ofMinutes(11)));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @Test
    void shouldNotSearchTheListWhileTheKeyIsInUse() {
        // Given
        STRIPE.toPost(INTENTS, error(409, "idempotency_error", "\"code\":\"idempotency_key_in_use\""));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, null, Duration.ofMinutes(11)));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Unanswered("HTTP 409 idempotency_key_in_use"));
        assertThat(STRIPE.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":[],\"has_more\":false}", "{}", "<html>"})
    void shouldTakeNoErrorForAbsenceThatMayStillBeCorrected(String list) {
        // Given
        STRIPE.toPost(INTENTS, error(500, "api_error", ""));
        STRIPE.toGet(INTENTS, ok(list));

        // When
        ProviderOutcome outcome = outcome(statusQuery(ProviderCall.CHARGE, null, Duration.ofHours(1)));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @Test
    void shouldReadNoFurtherPageWhenItsTimeIsOver() {
        // Given
        STRIPE.toPost(INTENTS, error(500, "api_error", "").withHeader("Idempotent-Replayed", "true"));
        STRIPE.toGet(INTENTS, ok("{\"data\":[" + intent("pi_9", "succeeded") + "],\"has_more\":true}").withFixedDelay(300));

        // When
        Exchange exchange = send(statusQuery(ProviderCall.CHARGE, null, Duration.ofHours(1)), Map.of(),
                System.nanoTime() + Duration.ofMillis(1500).toNanos());

        // Then
        assertThat(exchange.getMessage().getBody()).isEqualTo(new ProviderOutcome.Unanswered("no time for another page"));
    }

    @ParameterizedTest
    @CsvSource({"401", "403", "404", "409", "429", "500", "503"})
    void shouldNeverSayOfALostChargeThatItWasNotMade(int status) {
        // Given
        STRIPE.toEverything(error(status, "invalid_request_error", "\"code\":\"resource_missing\""));

        // When
        ProviderOutcome byKey = outcome(statusQuery(ProviderCall.CHARGE, null, Duration.ZERO));
        ProviderOutcome byReference = outcome(statusQuery(ProviderCall.CHARGE, "pi_1", Duration.ZERO));

        // Then
        assertThat(byKey).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(byReference).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../v1/customers", "pi_1/cancel", "pi_1?x=y", "pi 1", ""})
    void shouldNotBuildAnAddressOfAStrangeReference(String reference) {
        // When
        Exchange exchange = send(statusQuery(ProviderCall.CHARGE, reference, Duration.ZERO), Map.of(), null);

        // Then
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(STRIPE.requests()).isEmpty();
    }
}
