package io.payroute.payment.provider.stripe;

import java.time.Instant;
import java.util.List;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.provider.ProviderListing;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;

class StripeListTest extends StripeRoute {

    @Test
    void shouldListThePaymentsOfAPeriod() {
        // Given
        STRIPE.stub(get(urlPathEqualTo(INTENTS)).withQueryParam("created[gte]", equalTo("1767322800"))
                .withQueryParam("created[lt]", equalTo("1767326400")).withQueryParam("limit", equalTo("100"))
                .withQueryParam("expand[]", equalTo("data.latest_charge.refunds"))
                .withQueryParam("starting_after", equalTo("pi_0")),
                ok("""
                        {"has_more":true,"data":[
                        {"id":"pi_1","amount":512,"amount_received":512,"currency":"jpy","created":1767322801,"status":"succeeded",
                         "metadata":{"payment_id":"%s"},"latest_charge":{"amount_refunded":12,"disputed":true,"refunds":{"data":[
                          {"id":"re_1","status":"succeeded","amount":12,"metadata":{}},
                          {"id":"re_2","status":"failed","amount":9,"metadata":{}}]}}},
                        {"id":"pi_x","amount":1,"currency":"lyd","created":1767322801,"status":"succeeded"},
                        {"id":"pi_2","amount":100,"amount_received":0,"currency":"usd","created":1767322802,
                         "status":"requires_capture","metadata":{},"latest_charge":null}]}""".formatted(PAYMENT)));

        // When
        Exchange exchange = list(Instant.ofEpochSecond(1767322800), Instant.ofEpochSecond(1767326400), "pi_0");

        // Then
        assertThat(exchange.getMessage().getBody()).isEqualTo(new ProviderListing.Page(List.of(
                new ProviderListing.Entry("pi_1", PAYMENT, new Money(512, "JPY"), ProviderListing.Status.COMPLETED, 512, 12,
                        List.of(new ProviderListing.Refund("re_1", null, 12)), true, Instant.ofEpochSecond(1767322801)),
                new ProviderListing.Entry("pi_2", null, new Money(100, "USD"), ProviderListing.Status.AUTHORIZED, 0, 0,
                        List.of(), false, Instant.ofEpochSecond(1767322802))),
                "pi_2"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 429, 500})
    void shouldNotTakeAnErrorForAnEmptyList(int status) {
        // Given
        STRIPE.toGet(INTENTS, error(status, "api_error", ""));

        // When
        Exchange exchange = list(NOW, NOW.plusSeconds(60), null);

        // Then
        assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class).hasMessageContaining("HTTP " + status)
                .hasMessageNotContaining("sk_test");
    }

    private Exchange list(Instant from, Instant to, String cursor) {
        return context.createProducerTemplate().send("direct:provider-stripe", exchange -> {
            exchange.getMessage().setHeader("operation", ProviderListing.OPERATION);
            exchange.getMessage().setBody(new ProviderListing.Query(from, to, cursor));
        });
    }
}
