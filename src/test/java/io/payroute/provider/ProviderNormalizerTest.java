package io.payroute.provider;

import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.provider.ProviderEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProviderNormalizerTest extends NormalizedEvents {

    @ParameterizedTest
    @CsvSource({"payment_intent.succeeded, COMPLETED, 4000", "payment_intent.amount_capturable_updated, AUTHORIZED, 4999",
            "payment_intent.payment_failed, FAILED,", "payment_intent.canceled, CANCELLED,",
            "payment_intent.created, OTHER,"})
    void shouldReadStripesPaymentIntents(String type, Kind kind, Long minor) {
        // Given
        String event = """
                {"id":"evt_1","object":"event","type":"%s","data":{"object":{"id":"pi_1","object":"payment_intent","amount":4999,
                "amount_capturable":4999,"amount_received":4000,"currency":"usd","status":"any",
                "metadata":{"payment_id":"%s"},"last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds"}}}}"""
                .formatted(type, PAYMENT);

        // When
        ProviderEvent read = read("stripe", event);

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("stripe", "event-1", kind, PAYMENT, "pi_1", null, null,
                minor == null ? null : new Money(minor, "USD"),
                kind == Kind.FAILED || kind == Kind.CANCELLED ? "insufficient_funds" : null));
    }

    @Test
    void shouldReadThatNothingIsReservedAnyMore() {
        // Given
        String event = """
                {"id":"evt_1","type":"payment_intent.amount_capturable_updated","data":{"object":{"id":"pi_1","amount":4999,
                "amount_capturable":0,"amount_received":4000,"currency":"usd","metadata":{"payment_id":"%s"}}}}"""
                .formatted(PAYMENT);

        // When
        ProviderEvent read = read("stripe", event);

        // Then
        assertThat(read).isEqualTo(
                new ProviderEvent("stripe", "event-1", Kind.OTHER, PAYMENT, "pi_1", null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({"stripe, ugx, 50000, UGX, 500", "stripe, isk, 50000, ISK, 500", "stripe, mga, 500, MGA, 50000",
            "stripe, kwd, 4990, KWD, 4990", "stripe, jpy, 500, JPY, 500"})
    void shouldKnowWhereAMinorUnitIsAnotherOne(String provider, String currency, long amount, String expected, long minor) {
        // When
        ProviderEvent read = read(provider,
                """
                {"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","amount_received":%d,"currency":"%s"}}}"""
                        .formatted(amount, currency));

        // Then
        assertThat(read.money()).isEqualTo(new Money(minor, expected));
        assertThat(read.paymentId()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"payment.captured, COMPLETED", "payment.authorized, AUTHORIZED", "payment.failed, FAILED", "order.paid, OTHER"})
    void shouldReadRazorpaysPayments(String type, Kind kind) {
        // Given
        String event = """
                {"entity":"event","account_id":"acc_1","event":"%s","contains":["payment"],"payload":{"payment":{"entity":{
                "id":"pay_1","entity":"payment","amount":50000,"currency":"INR","status":"captured","notes":{"payment_id":"%s"},
                "error_code":"BAD_REQUEST_ERROR","error_reason":"payment_failed"}}},"created_at":1567674606}"""
                .formatted(type, PAYMENT);

        // When
        ProviderEvent read = read("razorpay", event);

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("razorpay", "event-1", kind, PAYMENT, "pay_1", null, null,
                kind == Kind.COMPLETED || kind == Kind.AUTHORIZED ? new Money(50000, "INR") : null,
                kind == Kind.FAILED ? "payment_failed" : null));
    }

    @ParameterizedTest
    @CsvSource({"PAYMENT.CAPTURE.COMPLETED, 30.00, USD, COMPLETED, 3000",
            "PAYMENT.AUTHORIZATION.CREATED, 7.47, EUR, AUTHORIZED, 747",
            "PAYMENT.CAPTURE.COMPLETED, 1000, JPY, COMPLETED, 1000", "PAYMENT.CAPTURE.COMPLETED, 1000.00, JPY, COMPLETED, 1000",
            "PAYMENT.CAPTURE.DENIED, 30.00, USD, CAPTURE_DECLINED,",
            "PAYMENT.CAPTURE.DECLINED, 30.00, USD, CAPTURE_DECLINED,", "PAYMENT.AUTHORIZATION.VOIDED, 30.00, USD, CANCELLED,"})
    void shouldReadPayPalsMajorUnits(String type, String value, String currency, Kind kind, Long minor) {
        // When
        ProviderEvent read = read("paypal", """
                {"id":"WH-1","event_type":"%s","resource":{"id":"42311647XV020574X","custom_id":"%s",
                "amount":{"currency_code":"%s","value":"%s"}}}""".formatted(type, PAYMENT, currency, value));

        // Then
        boolean capture = kind == Kind.COMPLETED;
        assertThat(read).isEqualTo(new ProviderEvent("paypal", "event-1", kind, PAYMENT, capture ? null : "42311647XV020574X",
                capture ? "42311647XV020574X" : null, null, minor == null ? null : new Money(minor, currency), null));
    }

    @Test
    void shouldReadWhichAuthorisationPayPalCaptured() {
        // When
        ProviderEvent read = read("paypal", """
                {"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"42311647XV020574X","custom_id":"%s",
                "amount":{"currency_code":"USD","value":"30.00"},"supplementary_data":{"related_ids":{
                "order_id":"5O190127TN364715T","authorization_id":"0VF52814937998046"}}}}""".formatted(PAYMENT));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("paypal", "event-1", Kind.COMPLETED, PAYMENT, "0VF52814937998046",
                "42311647XV020574X", null, new Money(3000, "USD"), null));
    }

    @ParameterizedTest
    @CsvSource({"AUTHORISATION, true, AUTHORIZED", "AUTHORISATION, false, FAILED", "CAPTURE, true, COMPLETED",
            "CAPTURE, false, CAPTURE_DECLINED", "CANCELLATION, true, CANCELLED", "TECHNICAL_CANCEL, true, CANCELLED",
            "EXPIRE, true, CANCELLED", "CAPTURE_FAILED, true, CAPTURE_FAILED", "OFFER_CLOSED, true, FAILED",
            "CANCEL_OR_REFUND, true, CANCELLED_OR_REFUNDED",
            "CANCEL_OR_REFUND, false, OTHER", "REFUND, true, REFUNDED", "REFUND, false, REFUND_FAILED",
            "REFUND_FAILED, true, REFUND_FAILED", "REPORT_AVAILABLE, true, OTHER"})
    void shouldReadAdyensItems(String code, String success, Kind kind) {
        // Given
        boolean first = code.equals("AUTHORISATION");
        boolean refund = kind == Kind.REFUNDED || kind == Kind.REFUND_FAILED || kind == Kind.CANCELLED_OR_REFUNDED;
        boolean failure = kind == Kind.FAILED || kind == Kind.CANCELLED || kind == Kind.CAPTURE_DECLINED;

        // When
        ProviderEvent read = read("adyen",
                """
                {"amount":{"value":50000,"currency":"CLP"},"eventCode":"%s","success":"%s","merchantReference":"%s",
                "originalReference":"%s","pspReference":"PSP1","reason":"Insufficient balance!"}""".formatted(code, success,
                        PAYMENT,
                        first ? "" : "PSP0"));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("adyen", "event-1", kind, PAYMENT, first ? "PSP1" : "PSP0",
                refund || kind == Kind.COMPLETED || kind == Kind.CAPTURE_FAILED ? "PSP1" : null, null,
                failure || kind == Kind.OTHER ? null : new Money(500, "CLP"),
                failure || kind == Kind.REFUND_FAILED || kind == Kind.CANCELLED_OR_REFUNDED ? "insufficient_balance" : null));
    }

    @ParameterizedTest
    @CsvSource({"payment.completed, COMPLETED", "payment.failed, FAILED", "payment.authorized, AUTHORIZED",
            "payment.cancelled, CANCELLED", "refund.completed, REFUNDED", "refund.failed, REFUND_FAILED",
            "anything, UNDECLARED"})
    void shouldReadTheSandbox(String type, Kind kind) {
        // Given
        boolean refund = kind == Kind.REFUNDED || kind == Kind.REFUND_FAILED;
        boolean failure = kind == Kind.FAILED || kind == Kind.CANCELLED || kind == Kind.REFUND_FAILED;

        // When
        ProviderEvent read = read("sandbox", """
                {"id":"e1","type":"%s","payment_id":"%s","reference":"sandbox_1","refund_reference":"r1","refund_key":"%s",
                "amount_minor":4002,"currency":"USD","reason":"insufficient_funds","created_at":"2026-01-01T00:00:00Z"}"""
                .formatted(type, PAYMENT, REFUND));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent("sandbox", "event-1", kind, PAYMENT, "sandbox_1", refund ? "r1" : null,
                refund ? REFUND : null, kind == Kind.UNDECLARED || failure && !refund ? null : new Money(4002, "USD"),
                failure ? "insufficient_funds" : null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "garbage", "{\"type\":\"payment.completed\"}",
            "{\"type\":\"payment.completed\",\"amount_minor\":49.99,\"currency\":\"USD\"}",
            "{\"type\":\"payment.completed\",\"amount_minor\":-1,\"currency\":\"USD\"}",
            "{\"type\":\"payment.completed\",\"amount_minor\":0,\"currency\":\"USD\"}",
            "{\"type\":\"payment.completed\",\"amount_minor\":1e3,\"currency\":\"USD\"}",
            "{\"type\":\"payment.completed\",\"amount_minor\":4999}",
            "{\"type\":\"payment.completed\",\"amount_minor\":4999,\"currency\":\"XXX\"}",
            "{\"type\":\"payment.completed\",\"amount_minor\":4999,\"amount_minor\":1,\"currency\":\"USD\"}",
            "{\"type\":\"payment.completed\",\"reference\":\"a\\u0000b\",\"amount_minor\":4999,\"currency\":\"USD\"}"})
    void shouldGuessNothing(String event) {
        // When
        Exchange read = exchange("sandbox", event);

        // Then
        assertThat(read.getException()).isInstanceOf(UnreadableEvent.class);
    }

    @ParameterizedTest
    @CsvSource({"stripe, customer.created, OTHER", "stripe, charge.succeeded, OTHER",
            "stripe, treasury.received_debit.created, OTHER",
            "stripe, brand.new, UNDECLARED", "paypal, PAYMENT.CAPTURE.PENDING, OTHER", "paypal, PAYMENT.BRAND.NEW, UNDECLARED",
            "razorpay, settlement.processed, OTHER", "razorpay, payment.brand_new, UNDECLARED",
            "adyen, REPORT_AVAILABLE, OTHER",
            "adyen, BRAND_NEW, UNDECLARED", "adyen, CAPTURE, UNDECLARED"})
    void shouldTellWhatIsIgnoredFromWhatNobodyDeclared(String provider, String type, Kind kind) {
        // When
        ProviderEvent read = read(provider, """
                {"type":"%s","event_type":"%s","event":"%s","eventCode":"%s"}""".formatted(type, type, type, type));

        // Then
        assertThat(read).isEqualTo(new ProviderEvent(provider, "event-1", kind, null, null, null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"paid=completed, paid=failed | | 'paid' is declared twice",
            "paid=completed | other, paid | 'paid' is declared twice", "paid=done | | kinds: 'done' is none of authorized",
            "paid=undeclared | | kinds: 'undeclared' is none of",
            "paid=completed+funds_withdrawn | | kinds: 'completed+funds_withdrawn' is no state of a dispute",
            "paid=dispute_won+dispute_lost | | kinds: 'dispute_won+dispute_lost' is no state of a dispute"})
    void shouldTakeNoDeclarationThatContradictsItselfOrMeansNothing(String kinds, String ignored, String problem) {
        // Given
        EventKinds declared = new EventKinds();

        // When
        assertThatThrownBy(() -> {
            declared.kinds(kinds);
            declared.ignored(ignored == null ? "" : ignored);
        })

                // Then
                .hasMessageStartingWith(problem);
    }

    @Test
    void shouldNotTakeTheIdOfSomethingElseForOurs() {
        // When
        ProviderEvent read = read("sandbox", """
                {"type":"payment.completed","payment_id":"order-17","amount_minor":4999,"currency":"USD"}""");

        // Then
        assertThat(read.paymentId()).isNull();
    }

    @Test
    void shouldNotStartWithASecretThatCannotBeOne() throws Exception {
        // Given
        Map<String, String> secrets = new HashMap<>(EventRoutes.SECRETS);
        secrets.put("provider.adyen.webhook-secrets", "not-hexadecimal-but-long-enough");
        DefaultCamelContext other = EventRoutes.context(secrets);

        // When
        assertThatThrownBy(other::start)

                // Then
                .hasStackTraceContaining("provider.adyen.webhook-secrets: each secret must be")
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain("not-hexadecimal-but-long-enough"));
    }
}
