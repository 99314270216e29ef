package io.payroute.payment.operation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.event.apply.TestApplyEvent;
import io.payroute.payment.model.PaymentOperation.Kind;
import io.payroute.payment.provider.ProviderStandIn;
import io.payroute.payment.provider.http.ExampleStandIn;
import io.payroute.payment.provider.http.ProviderStub;
import io.payroute.platform.sql.Sql;
import io.payroute.provider.EventRoutes;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.StoredEvent;
import io.payroute.testing.Routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Adyen as the example declares it: a modification is received first, and what came of it its event says, however late. */
class AdyenOperationTest extends ProviderOperationContract {

    private static final String PAYMENT = "/v71/payments/993617895215577D";
    private static final String CAPTURES = PAYMENT + "/captures";
    private static final String REFUNDS = PAYMENT + "/refunds";
    private static final String CANCELS = PAYMENT + "/cancels";

    private final ExampleStandIn standIn = ExampleStandIn.adyen();
    private final ProviderStub adyen = standIn.server();

    private record Event(String eventId, byte[] payload) implements StoredEvent {
    }

    @Override
    ProviderStandIn standIn() {
        return standIn;
    }

    @Override
    void startProvider() throws Exception {
        super.startProvider();
        context.getRegistry().bind("providerSignatures", EventRoutes.signatures(EventRoutes.SECRETS));
        Routes.load(context, "payment/provider-adyen-events.camel.yaml");
    }

    private static ResponseDefinitionBuilder received() {
        return answer(201, "{\"pspReference\":\"MOD1\",\"paymentPspReference\":\"993617895215577D\",\"status\":\"received\"}");
    }

    private void lostThenReceived(String path) {
        adyen.stub(post(urlPathEqualTo(path)).inScenario(path).whenScenarioStateIs(Scenario.STARTED).willSetStateTo("known"),
                aResponse().withFault(Fault.EMPTY_RESPONSE));
        adyen.stub(post(urlPathEqualTo(path)).inScenario(path).whenScenarioStateIs("known"), received());
    }

    @Override
    void captureAndLoseTheAnswer(UUID payment, UUID operation) {
        lostThenReceived(CAPTURES);
    }

    @Override
    void refundAndLoseTheAnswer(UUID payment, UUID operation) {
        lostThenReceived(REFUNDS);
    }

    @Override
    void tell(Kind kind, UUID payment) throws Exception {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                database.rows("SELECT DISTINCT outcome FROM provider_call")).contains("pending"));
        apply(kind == Kind.CANCEL ? "CANCELLATION" : kind.name(), payment, kind == Kind.REFUND ? 1000 : 4999);
    }

    private void apply(String code, UUID payment, long amount) throws Exception {
        String item = """
                {"pspReference":"MOD1","originalReference":"993617895215577D","merchantReference":"%s","eventCode":"%s",
                 "success":"true","amount":{"value":%d,"currency":"USD"}}""".formatted(payment, code, amount);
        ProviderEvent event = context.createProducerTemplate().requestBody("direct:provider-adyen-events",
                new Event("MOD1:" + code + ":true", item.getBytes(StandardCharsets.UTF_8)), ProviderEvent.class);
        Sql.inTransaction(database.dataSource(), connection -> TestApplyEvent.applyEvent().apply(connection, event));
    }

    @Override
    void assertDoneOnce(Kind kind, UUID operation) {
        List<LoggedRequest> sent = adyen.requests(kind == Kind.CAPTURE ? CAPTURES : REFUNDS);
        assertThat(sent).isNotEmpty().extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(operation.toString());
        assertThat(sent).extracting(LoggedRequest::getBodyAsString).containsOnly(sent.get(0).getBodyAsString());
    }

    @Test
    void shouldCancelWhenItsEventSaysSo() throws Exception {
        // Given
        UUID payment = payment("authorized");
        UUID cancel = take(Kind.CANCEL, payment, null);
        adyen.toPost(CANCELS, received());

        // When
        carryOut(Kind.CANCEL, payment);

        // Then
        assertThat(state(payment)).isEqualTo("cancelled 0 0 0");
        assertThat(adyen.requests(CANCELS)).extracting(request -> request.getHeader("Idempotency-Key"))
                .containsOnly(cancel.toString());
    }

    @Test
    void shouldCountARefundOnceWhoseEventComesTwice() throws Exception {
        // Given
        UUID payment = payment("completed");
        UUID refund = take(Kind.REFUND, payment, "10.00");
        adyen.toPost(REFUNDS, received());
        carryOut(Kind.REFUND, payment);

        // When
        apply("REFUND", payment, 1000);

        // Then
        assertThat(state(payment)).isEqualTo("partially_refunded 4999 1000 1000");
        assertThat(database.count("payment_operation")).isEqualTo(1);
        assertDoneOnce(Kind.REFUND, refund);
    }

    @Test
    void shouldFailWhatAdyenRefuses() throws Exception {
        // Given
        UUID payment = payment("authorized");
        take(Kind.CAPTURE, payment, null);
        adyen.toPost(CAPTURES,
                answer(422, "{\"status\":422,\"errorCode\":\"167\",\"message\":\"Original pspReference required\"}"));

        // When
        context.getRouteController().startRoute("payment-operation");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(database.value("SELECT status FROM payment_operation"))
                        .isEqualTo("failed"));

        // Then
        assertThat(state(payment)).isEqualTo("authorized 0 0 0");
        assertThat(database.value("SELECT reason FROM payment_operation")).isEqualTo("167");
    }
}
