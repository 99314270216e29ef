package io.payroute.payment.charge;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.provider.stripe.StripeStandIn;
import io.payroute.payment.provider.stripe.StripeStub;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Stripe: the same request under the same key, and the list of payments after an error that Stripe keeps under it. */
class StripeChargeTest extends ProviderChargeContract {

    private static final String INTENTS = "/v1/payment_intents";

    private final StripeStandIn standIn = new StripeStandIn();
    private final StripeStub stripe = standIn.server();

    @Override
    ProviderStandIn standIn() {
        return standIn;
    }

    @Override
    String method() {
        return "pm_card_visa";
    }

    @Override
    void chargeAndLoseTheAnswer() {
        stripe.stub(first(), aResponse().withFault(Fault.EMPTY_RESPONSE));
        stripe.stub(then(), ok(intent("pi_1", "succeeded")).withHeader("Idempotent-Replayed", "true"));
    }

    @Override
    void declineAndLoseTheAnswer() {
        stripe.stub(first(), aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        stripe.stub(then(), error(402, "card_error", "\"decline_code\":\"insufficient_funds\"")
                .withHeader("Idempotent-Replayed", "true"));
    }

    @Override
    void limitTheRateOnce() {
        stripe.stub(first(), error(429, "invalid_request_error", "\"code\":\"rate_limit\""));
        stripe.stub(then(), ok(intent("pi_1", "succeeded")));
    }

    @Override
    void decideLater() {
        stripe.toPost(INTENTS, ok(intent("pi_1", "processing")));
        stripe.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "succeeded")));
    }

    @Override
    void fail() {
        stripe.toEverything(error(500, "api_error", ""));
    }

    @Override
    void assertChargedOnce(UUID payment) {
        List<LoggedRequest> charges = stripe.requests().stream().filter(request -> request.getMethod().getName().equals("POST"))
                .toList();
        assertThat(charges).isNotEmpty().extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(payment.toString());
        assertThat(charges).extracting(LoggedRequest::getBodyAsString).containsOnly(charges.get(0).getBodyAsString());
    }

    @Test
    void shouldFindTheChargeThatStripeMadeAndAnsweredWithAServerError() {
        // Given
        stripe.toPost(INTENTS, error(500, "api_error", "").withHeader("Idempotent-Replayed", "true"));
        stripe.toGet(INTENTS + "/search", ok("{\"data\":[]}"));
        UUID payment = payment();
        stripe.toGet(INTENTS, ok("{\"data\":[" + intent("pi_1", "succeeded").replace("\"object\"",
                "\"metadata\":{\"payment_id\":\"" + payment + "\"},\"object\"") + "]}"));

        // When
        await().atMost(Duration.ofSeconds(30))

                // Then
                .untilAsserted(() -> assertThat(state(payment)).containsExactly("completed pi_1 4999"));
    }

    @Test
    void shouldEndAChargeThatAServerErrorPrevented() {
        // Given
        stripe.toPost(INTENTS, error(500, "api_error", "").withHeader("Idempotent-Replayed", "true")
                .withHeader("Date", "Fri, 02 Jan 2026 03:04:05 GMT"));
        stripe.toGet(INTENTS + "/search", ok("{\"data\":[]}"));
        stripe.toGet(INTENTS, ok("{\"data\":[],\"has_more\":false}"));
        UUID payment = payment();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(calls(payment)).hasSizeGreaterThan(1));
        String early = state(payment).get(0);

        // When
        database.execute("UPDATE charge_work SET sent_at = sent_at - interval '10 min', due_at = now(), not_before = now()");

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(state(payment)).containsExactly("failed null 0"));
        assertThat(early).isEqualTo("unknown null 0");
        assertThat(database.value("SELECT reason FROM payment")).isEqualTo("provider_error");
        assertThat(stripe.requests()).extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(payment.toString(), null);
        assertThat(stripe.requests()).filteredOn(request -> request.getMethod().getName().equals("GET")).last()
                .satisfies(list -> assertThat(list.queryParameter("created[gte]").firstValue()).isBetween("1767321800",
                        "1767321845"));
    }

    @Test
    void shouldNotEndAChargeWhoseFirstRequestToArriveFailsLate() {
        // Given
        stripe.stub(first(), aResponse().withFault(Fault.EMPTY_RESPONSE));
        stripe.stub(then(), error(500, "api_error", "").withHeader("Stripe-Should-Retry", "false"));
        stripe.toGet(INTENTS, ok("{\"data\":[],\"has_more\":false}"));
        UUID payment = payment();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(calls(payment)).hasSize(1));

        // When
        database.execute("UPDATE charge_work SET sent_at = sent_at - interval '11 min', due_at = now(), not_before = now()");

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(calls(payment)).hasSizeGreaterThan(1));
        assertThat(calls(payment).get(1)).startsWith("status unanswered");
        assertThat(state(payment)).containsExactly("unknown null 0");
    }

    private static MappingBuilder first() {
        return post(urlPathEqualTo(INTENTS)).inScenario("charge").whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("charged");
    }

    private static MappingBuilder then() {
        return post(urlPathEqualTo(INTENTS)).inScenario("charge").whenScenarioStateIs("charged");
    }
}
