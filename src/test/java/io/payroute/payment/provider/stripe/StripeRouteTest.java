package io.payroute.payment.provider.stripe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.testing.Routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.stripe.StripeStub.answer;
import static io.payroute.payment.provider.stripe.StripeStub.error;
import static io.payroute.payment.provider.stripe.StripeStub.fields;
import static io.payroute.payment.provider.stripe.StripeStub.intent;
import static io.payroute.payment.provider.stripe.StripeStub.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The route as it is, against a server that answers as Stripe does. */
@Timeout(60)
class StripeRouteTest {

    private static final String KEY = "sk_test_abc12345secret";
    private static final String INTENTS = "/v1/payment_intents";
    private static final UUID PAYMENT = UUID.fromString("01976f6e-0000-7000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final StripeStub STRIPE = new StripeStub();

    private DefaultCamelContext context;

    @BeforeAll
    static void startStripe() {
        STRIPE.start();
    }

    @AfterAll
    static void stopStripe() {
        STRIPE.stop();
    }

    @BeforeEach
    void start() throws Exception {
        STRIPE.reset();
        startRoute(STRIPE.url(), TIMEOUT);
    }

    private void startRoute(String url, Duration readTimeout) throws Exception {
        context = Routes.context();
        context.getPropertiesComponent().addOverrideProperty("payment.provider.stripe.base-url", url);
        context.getPropertiesComponent().addOverrideProperty("payment.provider.stripe.threads", "2");
        TestStripe.bindClient(context, readTimeout);
        context.getRegistry().bind("stripeProvider", TestStripe.provider(KEY, url));
        Routes.load(context, "shared/error-handling.camel.yaml", "payment/provider-stripe.camel.yaml");
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldChargeByAConfirmedPaymentIntent() {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        LoggedRequest request = STRIPE.request();
        assertThat(fields(request.getBodyAsString())).containsExactly("amount=4999", "currency=usd",
                "payment_method=pm_card_visa",
                "payment_method_types[]=card", "capture_method=automatic", "confirm=true", "error_on_requires_action=true",
                "metadata[payment_id]=" + PAYMENT);
        assertThat(request.getUrl()).isEqualTo(INTENTS);
        assertThat(request.getHeader("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.getHeader("Idempotency-Key")).isEqualTo(PAYMENT.toString());
        assertThat(request.getHeader("Stripe-Version")).isEqualTo("2024-06-20");
    }

    @Test
    void shouldSendNoHeaderThatAClientCouldHaveSet() {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")));

        // When
        send(call(ProviderCall.CHARGE), Map.of("CamelHttpUri", "http://localhost:1", "CamelHttpPath", "/evil", "CamelHttpQuery",
                "a=b", "X-Evil", "1", "Idempotency-Key", "other", "Stripe-Account", "acct_evil"), null);

        // Then
        assertThat(STRIPE.request().getUrl()).isEqualTo(INTENTS);
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo(PAYMENT.toString());
        assertThat(STRIPE.request().getHeaders().keys()).map(String::toLowerCase).containsExactlyInAnyOrder("authorization",
                "stripe-version", "idempotency-key", "content-type", "content-length", "host", "connection", "user-agent",
                "accept-encoding");
    }

    @Test
    void shouldLeaveNoSecretOnTheExchange() {
        // Given
        STRIPE.toPost(INTENTS, error(402, "card_error", "\"decline_code\":\"generic_decline\""));

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        assertThat(exchange.getAllProperties().toString() + exchange.getMessage().getBody()).doesNotContain(KEY)
                .doesNotContain("sk_test").doesNotContain("4242");
    }

    @Test
    void shouldAuthorize() {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "requires_capture")));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.AUTHORIZE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Authorized("pi_1"));
        assertThat(fields(STRIPE.request().getBodyAsString())).contains("capture_method=manual");
    }

    @Test
    void shouldCaptureAPart() {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/capture", ok(intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        assertThat(fields(STRIPE.request().getBodyAsString())).containsExactly("amount_to_capture=1200");
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo("operation-1");
    }

    @Test
    void shouldCancel() {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/cancel", ok(intent("pi_1", "canceled")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CANCEL));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        assertThat(STRIPE.request().getBodyAsString()).isEmpty();
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo("operation-1");
    }

    @ParameterizedTest
    @CsvSource({"capture,succeeded,completed", "capture,canceled,declined", "cancel,canceled,completed",
            "cancel,succeeded,declined", "capture,requires_payment_method,declined", "cancel,processing,pending"})
    void shouldReadTheStateThatForbadeARepeatedOperation(String operation, String status, String outcome) {
        // Given
        STRIPE.toEverything(
                error(400, "invalid_request_error", "\"code\":\"payment_intent_unexpected_state\",\"payment_intent\":"
                        + intent("pi_1", status)));

        // When
        ProviderOutcome read = outcome(later(operation));

        // Then
        assertThat(read.word()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"succeeded,completed", "pending,pending", "requires_action,pending", "failed,declined", "canceled,declined",
            "strange,unanswered"})
    void shouldRefund(String status, String word) {
        // Given
        STRIPE.toPost("/v1/refunds", ok("{\"id\":\"re_1\",\"status\":\"" + status + "\"}"));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.REFUND));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(fields(STRIPE.request().getBodyAsString())).containsExactly("payment_intent=pi_1", "amount=1200",
                "metadata[payment_id]=" + PAYMENT, "metadata[refund_id]=operation-1");
        assertThat(STRIPE.request().getHeader("Idempotency-Key")).isEqualTo("operation-1");
    }

    @ParameterizedTest
    @CsvSource({"generic_decline,declined", "insufficient_funds,declined", "stolen_card,declined", "fraudulent,declined",
            "do_not_honor,declined", "issuer_not_available,declined_softly", "processing_error,declined_softly",
            "try_again_later,declined_softly", "reenter_transaction,declined_softly"})
    void shouldTellSoftDeclinesFromHardOnes(String code, String word) {
        // Given
        STRIPE.toPost(INTENTS, error(402, "card_error", "\"code\":\"card_declined\",\"decline_code\":\"" + code + "\""));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(outcome.detail()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"402,card_error,authentication_required,declined", "400,invalid_request_error,amount_too_small,declined",
            "409,idempotency_error,idempotency_key_in_use,unanswered", "409,invalid_request_error,lock_timeout,unanswered",
            "429,invalid_request_error,lock_timeout,unanswered", "429,invalid_request_error,rate_limit,not_done",
            "401,invalid_request_error,api_key_expired,not_done",
            "403,invalid_request_error,more_permissions_required,not_done",
            "400,idempotency_error,idempotency_error,unanswered", "404,invalid_request_error,resource_missing,unanswered",
            "424,api_error,external,unanswered", "500,api_error,server,unanswered", "503,api_error,server,unanswered"})
    void shouldReadAnErrorOfACharge(int status, String type, String code, String word) {
        // Given
        STRIPE.toPost(INTENTS, error(status, type, "\"code\":\"" + code + "\""));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(STRIPE.requests()).as("requests of one attempt").hasSize(1);
    }

    @Test
    void shouldNotFailAPaymentThatStripeSaysToRepeat() {
        // Given
        STRIPE.toPost(INTENTS, error(400, "invalid_request_error", "").withHeader("Stripe-Should-Retry", "true"));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @ParameterizedTest
    @CsvSource({"200,<html>,unanswered", "200,{},unanswered", "200,[],unanswered", "402,nonsense,unanswered",
            "404,{},unanswered",
            "301,{},unanswered", "403,<html>,unanswered", "502,<html>,unanswered", "200,,unanswered"})
    void shouldLeaveOpenWhatIsNoAnswerOfStripes(int status, String body, String word) {
        // Given
        STRIPE.toPost(INTENTS, answer(status, body == null ? "" : body).withHeader("Location", STRIPE.url() + "/elsewhere"));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(STRIPE.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"processing,pending", "requires_action,declined", "requires_payment_method,declined", "canceled,declined",
            "newly_invented,unanswered"})
    void shouldReadTheStatesOfAnIntent(String status, String word) {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", status)));

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class)
    void shouldLeaveABrokenConnectionOpen(Fault fault) {
        // Given
        STRIPE.toPost(INTENTS, aResponse().withFault(fault));

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(String.valueOf(exchange.getException())).doesNotContain("sk_test");
        assertThat(STRIPE.requests()).as("the client repeats nothing by itself").hasSize(1);
    }

    @Test
    void shouldGiveUpAnAnswerThatTakesTooLong() throws Exception {
        // Given
        context.stop();
        startRoute(STRIPE.url(), Duration.ofMillis(300));
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")).withFixedDelay(10_000));

        // When
        long start = System.nanoTime();
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(exchange.getException()).isInstanceOf(SocketTimeoutException.class);
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
    }

    @Test
    void shouldNotHoldItsCallerWhileStripeIsSlow() throws Exception {
        // Given
        STRIPE.toPost(INTENTS, ok(intent("pi_1", "succeeded")).withFixedDelay(300));
        AsyncProducer route = context.getEndpoint("direct:provider-stripe").createAsyncProducer();
        route.start();
        AtomicInteger done = new AtomicInteger();

        // When
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            Exchange exchange = route.getEndpoint().createExchange();
            exchange.setProperty(ProviderCall.PROPERTY, call(ProviderCall.CHARGE));
            route.process(exchange, doneSync -> done.incrementAndGet());
        }
        Duration held = Duration.ofNanos(System.nanoTime() - start);

        // Then
        assertThat(held).isLessThan(Duration.ofMillis(300));
        await().untilAsserted(() -> assertThat(done).hasValue(10));
        assertThat(STRIPE.requests()).hasSize(10);
    }

    @Test
    void shouldKnowThatNothingWasChargedWhenNobodyListens() throws Exception {
        // Given
        context.stop();
        try (ServerSocket free = new ServerSocket(0)) {
            startRoute("http://localhost:" + free.getLocalPort(), TIMEOUT);
        }

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(exchange.getException()).isInstanceOf(ConnectException.class);
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.NotDone.class);
    }

    @Test
    void shouldKnowThatNothingWasChargedWhenTheHandshakeFails() throws Exception {
        // Given
        context.stop();
        startRoute(STRIPE.httpsUrl(), TIMEOUT);

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE), Map.of(), null);

        // Then
        assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.NotDone.class);
        assertThat(STRIPE.requests()).isEmpty();
    }

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

    @Test
    void shouldQueryALostCaptureByTheState() {
        // Given
        STRIPE.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "succeeded")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE).status(1));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1"));
        assertThat(STRIPE.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"500,api_error,server", "409,idempotency_error,idempotency_key_in_use",
            "429,invalid_request_error,lock_timeout"})
    void shouldQueryAtOnceACaptureWithoutAnAnswer(int status, String type, String code) {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/capture", error(status, type, "\"code\":\"" + code + "\""));
        STRIPE.toGet(INTENTS + "/pi_1", ok(intent("pi_1", "succeeded").replace("\"object\"",
                "\"amount_received\":700,\"currency\":\"usd\",\"object\"")));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Completed("pi_1", new Money(700, "USD")));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 429, 500})
    void shouldKnowNothingOfACaptureWhileTheQueryFails(int status) {
        // Given
        STRIPE.toPost(INTENTS + "/pi_1/capture", error(500, "api_error", ""));
        STRIPE.toGet(INTENTS + "/pi_1", error(status, "invalid_request_error", ""));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.CAPTURE));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.Unanswered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {ProviderCall.CAPTURE, ProviderCall.CANCEL, ProviderCall.REFUND})
    void shouldNotTakeAQueryWithoutAConnectionForAnOperationThatWasNotSent(String operation) throws Exception {
        // Given
        context.stop();
        try (ServerSocket once = new ServerSocket(0)) {
            startRoute("http://localhost:" + once.getLocalPort(), TIMEOUT);
            Thread answering = new Thread(() -> answerOnce(once));
            answering.start();

            // When
            Exchange exchange = send(later(operation), Map.of(), null);

            // Then
            assertThat(exchange.getException()).isInstanceOf(ConnectException.class);
            assertThat(settled(exchange)).isInstanceOf(ProviderOutcome.Unanswered.class);
        }
    }

    /** A server error, and then nobody listens any more. */
    private static void answerOnce(ServerSocket server) {
        try (Socket connection = server.accept()) {
            server.close();
            connection.getInputStream().read(new byte[8192]);
            connection.getOutputStream().write(("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldFindALostRefundOnALaterPage() {
        // Given
        STRIPE.toGet("/v1/refunds",
                ok("{\"data\":[{\"id\":\"re_1\",\"status\":\"succeeded\",\"metadata\":{}}],\"has_more\":true}"));
        STRIPE.stub(get(urlPathEqualTo("/v1/refunds")).withQueryParam("payment_intent", equalTo("pi_1"))
                .withQueryParam("starting_after", equalTo("re_1")),
                ok("{\"data\":[{\"id\":\"re_2\",\"status\":\"pending\",\"metadata\":{\"refund_id\":\"operation-1\"}}]}"));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.REFUND).status(1));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Pending("re_2"));
    }

    @Test
    void shouldKnowThatARefundOutsideTheListWasNotMade() {
        // Given
        STRIPE.toGet("/v1/refunds", ok("{\"data\":[],\"has_more\":false}"));

        // When
        ProviderOutcome outcome = outcome(later(ProviderCall.REFUND).status(1));

        // Then
        assertThat(outcome).isInstanceOf(ProviderOutcome.NotDone.class);
    }

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

    @Test
    void shouldNotChargeWithoutAPaymentMethodOfStripes() {
        // When
        ProviderOutcome outcome = outcome(new ProviderCall(ProviderCall.CHARGE, null, PAYMENT.toString(), PAYMENT, null,
                new Money(4999, "USD"), "paypal", 1));

        // Then
        assertThat(outcome).isEqualTo(new ProviderOutcome.Declined("payment_method_missing", true));
        assertThat(STRIPE.requests()).isEmpty();
    }

    @Test
    void shouldNotBeginACallThatWaitedTooLong() {
        // When
        Exchange charge = send(call(ProviderCall.CHARGE), Map.of(), System.nanoTime() - 1);
        Exchange status = send(statusQuery(ProviderCall.CHARGE, null, Duration.ZERO), Map.of(), System.nanoTime() - 1);

        // Then
        assertThat(charge.getMessage().getBody()).isInstanceOf(ProviderOutcome.NotDone.class);
        assertThat(status.getMessage().getBody()).isInstanceOf(ProviderOutcome.Unanswered.class);
        assertThat(STRIPE.requests()).isEmpty();
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

    private static String found(String id, String status) {
        return intent(id, status).replace("\"object\"", "\"metadata\":{\"payment_id\":\"" + PAYMENT + "\"},\"object\"");
    }

    private static ProviderCall call(String operation) {
        return new ProviderCall(operation, null, PAYMENT.toString(), PAYMENT, null, new Money(4999, "USD"), "pm_card_visa", 1);
    }

    /** An operation on a payment that Stripe knows. */
    private static ProviderCall later(String operation) {
        return new ProviderCall(operation, null, "operation-1", PAYMENT, "pi_1", new Money(1200, "USD"), "card", 1);
    }

    private static ProviderCall statusQuery(String operation, String reference, Duration keyAge) {
        return new ProviderCall(ProviderCall.STATUS, operation, PAYMENT.toString(), PAYMENT, reference, new Money(4999, "USD"),
                "pm_card_visa", 1, keyAge);
    }

    private ProviderOutcome outcome(ProviderCall call) {
        Exchange exchange = send(call, Map.of(), null);
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(ProviderOutcome.class);
    }

    /** As route payment-charge does it. */
    private static ProviderOutcome settled(Exchange exchange) {
        assertThat(exchange.getException()).isNotNull();
        return new ProviderFailure().outcome(exchange.getException(),
                exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class), exchange.getMessage().getBody());
    }

    private Exchange send(ProviderCall call, Map<String, Object> headers, Long until) {
        return context.createProducerTemplate().send("direct:provider-stripe", exchange -> {
            exchange.setProperty(ProviderCall.PROPERTY, call);
            if (until != null) {
                exchange.setProperty(ProviderCall.UNTIL, until);
            }
            exchange.getMessage().getHeaders().putAll(headers);
            exchange.getMessage().setHeader("operation", call.operation());
            exchange.getMessage().setBody(call);
        });
    }
}
