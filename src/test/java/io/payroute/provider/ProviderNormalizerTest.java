package io.payroute.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.event.DueEvent;
import io.payroute.platform.Ids;
import io.payroute.provider.ProviderEvent.Dispute;
import io.payroute.provider.ProviderEvent.Funds;
import io.payroute.provider.ProviderEvent.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the packaged provider routes make of events in the providers' documented form. */
class ProviderNormalizerTest {

    private static final UUID PAYMENT = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID REFUND = UUID.fromString("01890000-0000-7000-8000-000000000002");
    private static DefaultCamelContext context;

    @BeforeAll
    static void start() throws Exception {
        context = EventRoutes.context(EventRoutes.SECRETS);
        context.start();
    }

    @AfterAll
    static void stop() {
        context.stop();
    }

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

    private static ProviderEvent read(String provider, String event) {
        Exchange exchange = exchange(provider, event);
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(ProviderEvent.class);
    }

    private static Exchange exchange(String provider, String event) {
        return context.createProducerTemplate().send("direct:provider-" + provider + "-events",
                exchange -> exchange.getMessage().setBody(new DueEvent(Ids.next(), provider, "event-1",
                        event.getBytes(StandardCharsets.UTF_8), 1, Duration.ZERO)));
    }
}
