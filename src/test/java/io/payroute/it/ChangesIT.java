package io.payroute.it;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.payroute.payment.provider.http.ProviderStub;
import io.payroute.platform.command.Changes;
import io.payroute.platform.command.Changes.Change;
import io.payroute.proto.notification.NotificationServiceGrpc;
import io.payroute.proto.notification.SendSMSRequest;
import io.vertx.core.json.JsonObject;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged application with all changes of docs/changes.md, as the page shows them, in one folder: each does what the page says. */
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChangesIT {

    private static final String PAY = "/v1/payments/create/recurring";
    private static final ProviderStub STUB = new ProviderStub();
    private static Application application;

    @BeforeAll
    static void start() throws Exception {
        STUB.start();
        Path folder = Files.createTempDirectory(Path.of("target"), "changes");
        // The one that copies whole files goes first.
        for (Change change : Changes.all().stream().sorted(Comparator.comparing(one -> !one.text().contains("cp -r")))
                .toList()) {
            Changes.make(change, folder);
        }
        application = Application.of("changes", "-Dpayroute.config=" + folder,
                "-Dpayment.provider.stripe.base-url=" + STUB.url(), "-Dpayment.provider.stripe.api-key=sk_test_of_nobody",
                "-Dpayment.provider.stripe.payment-method=pm_card_visa",
                "-Dpayment.provider.razorpay.base-url=" + STUB.url(), "-Dpayment.provider.razorpay.api-key=id:secret",
                "-Dsms.url=" + STUB.url() + "/messages", "-Dchat.url=" + STUB.url() + "/chat", "-DSMS_PASSWORD=not+so&secret");
    }

    @AfterAll
    static void stop() {
        application.stop();
        STUB.stop();
    }

    @Test
    @Order(1)
    void shouldChargeThreeTimesAndThenQuery() throws Exception {
        // Given
        STUB.stub(WireMock.post(urlPathEqualTo("/v1/orders")).withRequestBody(matchingJsonPath("$[?(@.amount == 4242)]")),
                answer(200, "{\"id\":\"order_2\",\"status\":\"created\"}"));
        STUB.stub(WireMock.post(urlPathEqualTo(PAY)).withRequestBody(containing("order_2")), answer(429, "{}"));
        STUB.toGet("/v1/orders/order_2/payments", answer(200, "{\"items\":[]}"));

        // When
        String payment = created("{\"amount\":42.42,\"currency\":\"INR\",\"provider\":\"razorpay\",\"method\":\"token_1\"}");

        // Then
        application.awaitStatus(payment, "unknown");
        assertThat(STUB.requests(PAY)).hasSize(3).allSatisfy(one -> assertThat(one.getBodyAsString()).contains("order_2"));
    }

    @Test
    @Order(2)
    void shouldPublishOutcomesToTheTopicOfThatNameAndTellThemToTheCustomerInOtherWords() throws Exception {
        // Given
        String address = Application.newAddress();

        // When
        application.accepted("{\"userId\":\"u\",\"amount\":5,\"method\":\"card\",\"email\":\"" + address + "\"}");

        // Then
        assertThat(application.awaitMail(address)).contains("we have received your payment of 5.00 USD.", "The team of Acme");
        try (Topics topics = new Topics(application.brokers())) {
            assertThat(topics.read("acme.payments.outcome")).isNotEmpty();
        }
    }

    @Test
    @Order(3)
    void shouldChargeEurosByStripe() throws Exception {
        // Given
        STUB.toPost("/v1/payment_intents", answer(200,
                "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"status\":\"succeeded\",\"last_payment_error\":null}"));

        // When
        String euros = application.accepted("{\"userId\":\"u\",\"amount\":20,\"currency\":\"EUR\",\"method\":\"card\"}");
        String dollars = application.accepted("{\"userId\":\"u\",\"amount\":20,\"currency\":\"USD\",\"method\":\"card\"}");

        // Then
        assertThat(application.awaitStatus(euros, "completed").getString("provider")).isEqualTo("stripe");
        assertThat(application.awaitStatus(dollars, "completed").getString("provider")).isEqualTo("sandbox");
        assertThat(STUB.requests("/v1/payment_intents")).hasSize(1);
    }

    @Test
    @Order(4)
    void shouldChargeByTheNewProviderWhenACallerNamesIt() throws Exception {
        // Given
        STUB.stub(WireMock.post(urlPathEqualTo("/v1/orders")).withRequestBody(matchingJsonPath("$[?(@.amount == 4999)]")),
                answer(200, "{\"id\":\"order_1\",\"status\":\"created\"}"));
        STUB.stub(WireMock.post(urlPathEqualTo(PAY)).withRequestBody(containing("order_1")),
                answer(200, "{\"razorpay_payment_id\":\"pay_1\"}"));
        STUB.toGet("/v1/payments/pay_1",
                answer(200, "{\"id\":\"pay_1\",\"status\":\"captured\",\"amount\":4999,\"currency\":\"INR\"}"));

        // When
        String payment = created("{\"amount\":49.99,\"currency\":\"INR\",\"provider\":\"razorpay\",\"method\":\"token_1\"}");

        // Then
        application.awaitStatus(payment, "completed");
        assertThat(STUB.requests(PAY).stream().filter(one -> one.getBodyAsString().contains("order_1"))).hasSize(1);
    }

    @Test
    @Order(6)
    void shouldHandAnSmsToTheService() {
        // Given
        STUB.toPost("/messages", answer(201, "{}"));
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", application.grpcPort()).usePlaintext().build();

        // When
        NotificationServiceGrpc.newBlockingStub(channel).sendSMS(SendSMSRequest.newBuilder().setUserId("u")
                .setPhoneNumber("+4915112345678").setMessage("\"Paid\",\nsays Acme.").build());

        // Then
        channel.shutdownNow();
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(STUB.requests("/messages")).hasSize(1));
        LoggedRequest request = STUB.requests("/messages").get(0);
        assertThat(new JsonObject(request.getBodyAsString())).isEqualTo(
                new JsonObject().put("number", "+4915112345678").put("text", "\"Paid\",\nsays Acme."));
        assertThat(request.getHeader("Authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString("acme:not+so&secret".getBytes()));
    }

    @Test
    @Order(7)
    void shouldChargeFiveASecond() throws Exception {
        // When
        List<String> payments = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            payments.add(application.accepted("{\"userId\":\"u" + i + "\",\"amount\":7,\"method\":\"card\"}"));
        }

        // Then
        List<Instant> charged = new ArrayList<>();
        for (String payment : payments) {
            charged.add(Instant.parse(application.awaitStatus(payment, "completed").getString("processed_at")));
        }
        charged.sort(Comparator.naturalOrder());
        assertThat(Duration.between(charged.get(0), charged.get(11))).isGreaterThan(Duration.ofMillis(1_500));
    }

    @Test
    @Order(8)
    void shouldLeaveAProviderAloneAfterEightCallsOfWhichTwoFailed() throws Exception {
        // Given
        STUB.stub(WireMock.post(urlPathEqualTo("/v1/payment_intents")).withRequestBody(containing("amount=1313")),
                answer(401, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}"));
        List<String> failing = IntStream.range(0, 8).mapToObj(i -> euros()).toList();
        for (String payment : failing) {
            application.awaitStatus(payment, "completed");
        }

        // When
        String next = euros();

        // Then
        application.awaitStatus(next, "completed");
        assertThat(application.get("/api/v1/payments/" + next + "/events").body()).contains("breaker_open");
        assertThat(STUB.requests("/v1/payment_intents")).noneMatch(one -> one.getBodyAsString().contains(next));
    }

    @Test
    @Order(9)
    void shouldHoldALargePaymentUntilItIsApproved() throws Exception {
        // Given
        String payment = application.accepted("{\"userId\":\"u\",\"amount\":1500,\"method\":\"card\"}");
        application.awaitStatus(payment, "review");

        // When
        application.send(application.request("/api/v1/payments/" + payment + "/approve").POST(BodyPublishers.noBody()));

        // Then
        application.awaitStatus(payment, "completed");
    }

    @Test
    @Order(10)
    void shouldTellTheChatOfAFailure() throws Exception {
        // Given
        STUB.toPost("/chat", answer(200, "{}"));

        // When
        String payment = application.accepted("{\"userId\":\"u\",\"amount\":40.02,\"method\":\"card\"}");

        // Then
        application.awaitStatus(payment, "failed");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(STUB.requests("/chat").stream()
                .filter(one -> one.getBodyAsString().contains(payment))).hasSize(1));
    }

    private static String euros() {
        try {
            return application.accepted("{\"userId\":\"u\",\"amount\":13.13,\"currency\":\"EUR\",\"method\":\"card\"}");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String created(String body) throws IOException {
        HttpResponse<String> answer = application.send(application.request("/api/v1/payments").header("X-User-ID", "cust_1")
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return new JsonObject(answer.body()).getString("payment_id");
    }
}
