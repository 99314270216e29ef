package io.payroute.provider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.provider.ProviderEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class ProviderRefundsTest extends NormalizedEvents {

    @ParameterizedTest
    @CsvSource({"refund.created, succeeded, REFUNDED", "refund.created, pending, OTHER", "refund.updated, succeeded, REFUNDED",
            "refund.updated, canceled, REFUND_FAILED", "refund.failed, failed, REFUND_FAILED"})
    void shouldReadStripesRefunds(String type, String status, Kind kind) {
        // Given
        String event = """
                {"id":"evt_1","type":"%s","data":{"object":{"id":"re_1","object":"refund","amount":1000,"currency":"jpy",
                "payment_intent":"pi_1","status":"%s","failure_reason":"lost_or_stolen_card",
                "metadata":{"payment_id":"%s","refund_id":"%s"}}}}""".formatted(type, status, PAYMENT, REFUND);

        // When
        ProviderEvent read = read("stripe", event);

        // Then
        assertThat(read.kind()).isEqualTo(kind);
        assertThat(read.paymentId()).isEqualTo(PAYMENT);
        if (kind != Kind.OTHER) {
            assertThat(read).isEqualTo(new ProviderEvent("stripe", "event-1", kind, PAYMENT, "pi_1", "re_1", REFUND,
                    new Money(1000, "JPY"), kind == Kind.REFUND_FAILED ? "lost_or_stolen_card" : null));
        }
    }

    @Test
    void shouldNotTakeARunningTotalForARefund() {
        // When
        ProviderEvent read = read("stripe", """
                {"id":"evt_1","type":"charge.refunded","data":{"object":{"id":"ch_1","amount_refunded":3000,"currency":"usd",
                "status":"succeeded","payment_intent":"pi_1"}}}""");

        // Then
        assertThat(read.kind()).isEqualTo(Kind.OTHER);
        assertThat(read.money()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"refund.processed, REFUNDED", "refund.failed, REFUND_FAILED"})
    void shouldReadRazorpaysRefunds(String type, Kind kind) {
        // When
        ProviderEvent read = read("razorpay",
                """
                {"event":"%s","payload":{"refund":{"entity":{"id":"rfnd_1","amount":10000,"currency":"INR","payment_id":"pay_1",
                "notes":[]}},"payment":{"entity":{"id":"pay_1","amount":50000,"currency":"INR","notes":{"payment_id":"%s"}}}}}"""
                        .formatted(type, PAYMENT));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("razorpay", "event-1", kind, PAYMENT, "pay_1", "rfnd_1", null,
                new Money(10000, "INR"), null));
    }

    @Test
    void shouldReadPayPalsRefunds() {
        // When
        ProviderEvent read = read("paypal", """
                {"id":"WH-2","event_type":"PAYMENT.CAPTURE.REFUNDED","resource":{"id":"1Y107995YT783435V","custom_id":"%s",
                "amount":{"currency_code":"USD","value":"1.05"},"status":"COMPLETED"}}""".formatted(PAYMENT));

        // Then
        assertThat(read)
                .isEqualTo(new ProviderEvent("paypal", "event-1", Kind.REFUNDED, PAYMENT, null, "1Y107995YT783435V", null,
                        new Money(105, "USD"), null));
    }
}
