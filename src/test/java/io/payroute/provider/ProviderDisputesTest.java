package io.payroute.provider;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.provider.ProviderEvent.Dispute;
import io.payroute.provider.ProviderEvent.Funds;
import io.payroute.provider.ProviderEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class ProviderDisputesTest extends NormalizedEvents {

    @ParameterizedTest
    @CsvSource({"charge.dispute.created, needs_response, DISPUTE_OPENED,",
            "charge.dispute.created, warning_needs_response, DISPUTE_OPENED,",
            "charge.dispute.updated, under_review, DISPUTE_UNDER_REVIEW,",
            "charge.dispute.funds_withdrawn, needs_response, FUNDS_WITHDRAWN, WITHDRAWN",
            "charge.dispute.closed, won, DISPUTE_WON, REINSTATED", "charge.dispute.closed, lost, DISPUTE_LOST, WITHDRAWN",
            "charge.dispute.closed, warning_closed, DISPUTE_CLOSED,",
            "charge.dispute.funds_reinstated, won, FUNDS_REINSTATED, REINSTATED",
            "charge.dispute.updated, brand_new, UNDECLARED,"})
    void shouldReadStripesDisputes(String type, String status, Kind kind, Funds funds) {
        // When
        ProviderEvent read = read("stripe", """
                {"id":"evt_1","type":"%s","created":1795000000,"data":{"object":{"id":"dp_1","object":"dispute","amount":10000,
                "currency":"usd","charge":"ch_1","payment_intent":"pi_1","status":"%s","reason":"fraudulent","metadata":{}}}}"""
                .formatted(type, status));

        // Then
        assertThat(read.kind()).isEqualTo(kind);
        if (kind != Kind.UNDECLARED) {
            assertThat(read).isEqualTo(new ProviderEvent("stripe", "event-1", kind, null, "pi_1", "dp_1", null,
                    new Money(10_000, "USD"), "fraudulent", new Dispute(funds, 1_795_000_000_000L)));
        }
    }

    @ParameterizedTest
    @CsvSource({"CREATED, OPEN, , DISPUTE_OPENED", "UPDATED, UNDER_REVIEW, , DISPUTE_UNDER_REVIEW",
            "UPDATED, WAITING_FOR_SELLER_RESPONSE, , DISPUTE_OPENED", "UPDATED, RESOLVED, RESOLVED_BUYER_FAVOUR, DISPUTE_LOST",
            "RESOLVED, RESOLVED, RESOLVED_BUYER_FAVOUR, DISPUTE_LOST",
            "RESOLVED, RESOLVED, RESOLVED_SELLER_FAVOUR, DISPUTE_WON",
            "RESOLVED, RESOLVED, CANCELED_BY_BUYER, DISPUTE_CLOSED", "RESOLVED, RESOLVED, , DISPUTE_CLOSED"})
    void shouldReadPayPalsDisputes(String type, String status, String outcome, Kind kind) {
        // When
        ProviderEvent read = read("paypal", """
                {"id":"WH-1","event_type":"CUSTOMER.DISPUTE.%s","create_time":"2026-11-24T10:00:00.5Z","resource":{
                "dispute_id":"PP-D-1","disputed_transactions":[{"seller_transaction_id":"3BC38643YC807283D","custom":"%s"}],
                "reason":"MERCHANDISE_OR_SERVICE_NOT_RECEIVED","status":"%s",
                "dispute_amount":{"currency_code":"USD","value":"96.00"},"dispute_outcome":{"outcome_code":"%s"}}}"""
                .formatted(type, PAYMENT, status, outcome == null ? "" : outcome));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("paypal", "event-1", kind, PAYMENT, "3BC38643YC807283D", "PP-D-1", null,
                new Money(9_600, "USD"), "merchandise_or_service_not_received", new Dispute(null, 1_795_514_400_500L)));
    }

    @Test
    void shouldReadThatPayPalReversedACapture() {
        // When
        ProviderEvent read = read("paypal",
                """
                {"id":"WH-1","event_type":"PAYMENT.CAPTURE.REVERSED","create_time":"2026-11-24T10:00:00Z","resource":{
                "id":"09E71677NS257044M","custom_id":"%s","amount":{"currency_code":"USD","value":"7.47"},"status":"COMPLETED"}}"""
                        .formatted(PAYMENT));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("paypal", "event-1", Kind.DISPUTE_LOST, PAYMENT, null,
                "09E71677NS257044M", null, new Money(747, "USD"), null, new Dispute(Funds.WITHDRAWN, 1_795_514_400_000L)));
    }

    @ParameterizedTest
    @CsvSource({"created, DISPUTE_OPENED,", "under_review, DISPUTE_UNDER_REVIEW,", "action_required, DISPUTE_OPENED,",
            "won, DISPUTE_WON, REINSTATED", "lost, DISPUTE_LOST, WITHDRAWN", "closed, DISPUTE_CLOSED,"})
    void shouldReadRazorpaysDisputes(String word, Kind kind, Funds funds) {
        // When
        ProviderEvent read = read("razorpay", """
                {"event":"payment.dispute.%s","contains":["payment","dispute"],"created_at":1795000000,"payload":{
                "payment":{"entity":{"id":"pay_1","amount":50000,"currency":"INR","notes":{"payment_id":"%s"}}},
                "dispute":{"entity":{"id":"disp_1","payment_id":"pay_1","amount":39000,"currency":"INR","amount_deducted":0,
                "reason_code":"chargeback_authorization","status":"any","phase":"chargeback"}}}}""".formatted(word, PAYMENT));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("razorpay", "event-1", kind, PAYMENT, "pay_1", "disp_1", null,
                new Money(39_000, "INR"), "chargeback_authorization", new Dispute(funds, 1_795_000_000_000L)));
    }

    @Test
    void shouldReadAdyensDisputesInTheOrderInWhichTheyGoOn() {
        // Given
        List<String> codes = List.of("REQUEST_FOR_INFORMATION", "NOTIFICATION_OF_CHARGEBACK", "CHARGEBACK",
                "DISPUTE_DEFENSE_PERIOD_ENDED", "INFORMATION_SUPPLIED", "CHARGEBACK_REVERSED",
                "ISSUER_RESPONSE_TIMEFRAME_EXPIRED", "SECOND_CHARGEBACK", "PREARBITRATION_OPEN", "PREARBITRATION_WON",
                "PREARBITRATION_LOST");

        // When
        List<ProviderEvent> read = codes.stream().map(code -> read("adyen", """
                {"amount":{"value":5000,"currency":"EUR"},"eventCode":"%s","success":"true","merchantReference":"%s",
                "originalReference":"PSP0","pspReference":"DSP1","reason":"Fraud"}""".formatted(code, PAYMENT))).toList();

        // Then
        assertThat(read).extracting(event -> event.kind() + " " + event.dispute().funds()).containsExactly(
                "DISPUTE_OPENED null",
                "DISPUTE_OPENED null", "FUNDS_WITHDRAWN WITHDRAWN", "DISPUTE_LOST null", "DISPUTE_UNDER_REVIEW null",
                "DISPUTE_UNDER_REVIEW REINSTATED", "DISPUTE_WON REINSTATED", "DISPUTE_LOST WITHDRAWN",
                "DISPUTE_UNDER_REVIEW null", "DISPUTE_WON REINSTATED", "DISPUTE_LOST WITHDRAWN");
        assertThat(read).extracting(event -> event.dispute().order()).isSorted().doesNotHaveDuplicates();
        assertThat(read).allSatisfy(event -> {
            assertThat(event.reference()).isEqualTo("PSP0");
            assertThat(event.partReference()).isEqualTo("DSP1");
            assertThat(event.money()).isEqualTo(new Money(5_000, "EUR"));
        });
    }
}
