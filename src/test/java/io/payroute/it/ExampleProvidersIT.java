package io.payroute.it;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.provider.http.ProviderStub;
import io.vertx.core.json.JsonObject;

import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged application with the folders of the examples and their keys: providers that no Java knows, also across a kill. */
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExampleProvidersIT {

    private static final String HMAC_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";

    private static final String RUPEES = "{\"userId\":\"cust_1\",\"amount\":49.99,\"currency\":\"INR\",\"method\":\"token_1\"}";
    private static final String PAY = "/v1/payments/create/recurring";
    private static final ProviderStub STUB = new ProviderStub();

    private static Application application;

    /** With both examples and a point at which the first payment ends it, so that few starts do. */
    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        STUB.start();
        Files.createDirectories(folder.resolve("routes"));
        StringBuilder properties = new StringBuilder();
        List<String> options = new ArrayList<>(List.of("-Dpayroute.config=" + folder, "-Dpayment.charge.lease=6s",
                "-Dpayment.unknown.query-schedule=1s,1s,1s,1s", "-Dpayment.provider.razorpay.api-key=rzp_test_1:the-secret",
                "-Dpayment.provider.adyen.api-key=the-api-key"));
        for (String provider : List.of("razorpay", "adyen")) {
            Path example = Path.of("examples/providers", provider);
            String route = "routes/provider-" + provider + ".camel.yaml";
            // The pause after which an order is paid that was not is made short.
            Files.writeString(folder.resolve(route),
                    Files.readString(example.resolve(route)).replace("absentAfter: 15m", "absentAfter: 1s"));
            properties.append(
                    Files.readString(example.resolve("application.properties")).replaceFirst("(?m)^payment.provider.default=.*",
                            ""));
            String prefix = "-Dpayment.provider." + provider + '.';
            options.addAll(
                    List.of(prefix + "base-url=" + STUB.url(), prefix + "connect-timeout=100ms", prefix + "read-timeout=2s",
                            "-Dprovider." + provider + ".webhook-secrets=" + HMAC_KEY));
        }
        Files.writeString(folder.resolve("application.properties"), properties);
        Files.writeString(folder.resolve("provider-rules.yaml"), """
                rules:
                  - name: rupees
                    when:
                      currencies: [INR]
                    providers: [razorpay]
                  - name: all-else
                    providers: [adyen]
                """);
        application = Application.configured("examples", options.toArray(String[]::new));
        application.startPrepared("-Dpayroute.crash-point=provider-http-prepared");
    }

    @BeforeEach
    void forget() {
        STUB.reset();
    }

    @AfterAll
    static void stop() {
        application.stop();
        STUB.stop();
    }

    @Test
    @Order(4)
    void shouldChargeOnceAtAdyenAcrossAKillAndCaptureWhenItsEventSaysSo() throws Exception {
        // Given
        STUB.toPost("/v71/payments",
                answer(200, "{\"pspReference\":\"PSP1\",\"resultCode\":\"Authorised\"}").withFixedDelay(1_500));
        STUB.toPost("/v71/payments/PSP1/captures", answer(201, "{\"pspReference\":\"MOD1\",\"status\":\"received\"}"));
        String payment = authorization(
                "{\"amount\":49.99,\"currency\":\"EUR\",\"method\":\"8415718415172204\",\"capture\":false}");
        await().atMost(Application.PATIENCE).until(() -> !STUB.requests("/v71/payments").isEmpty());

        // When
        application.kill();
        application.start();

        // Then
        awaitStatus(payment, "authorized");
        List<LoggedRequest> charges = STUB.requests("/v71/payments");
        assertThat(charges).extracting(request -> request.getHeader("Idempotency-Key")).containsOnly(payment);
        assertThat(charges).extracting(LoggedRequest::getBodyAsString).containsOnly(charges.get(0).getBodyAsString());
        application.send(application.request("/api/v1/payments/" + payment + "/capture").header("Idempotency-Key", "capture-1")
                .header("X-User-ID", "ada").POST(BodyPublishers.noBody()));
        await().atMost(Application.PATIENCE).until(() -> !STUB.requests("/v71/payments/PSP1/captures").isEmpty());
        assertThat(event(payment).statusCode()).isEqualTo(200);
        awaitStatus(payment, "completed");
    }

    /**
     * @param number of its order and its payment
     * @param status of the payment that its order leads to
     */
    private void razorpayAnswers(int number, String status) {
        STUB.toPost("/v1/orders", answer(200, "{\"id\":\"order_%d\",\"status\":\"created\"}".formatted(number)));
        STUB.toPost(PAY, answer(200, "{\"razorpay_payment_id\":\"pay_%d\"}".formatted(number)));
        STUB.toGet("/v1/payments/pay_" + number, answer(200,
                "{\"id\":\"pay_%d\",\"status\":\"%s\",\"amount\":4999,\"currency\":\"INR\"}".formatted(number, status)));
    }

    @Test
    @Order(2)
    void shouldChargeAtRazorpay() throws Exception {
        // Given
        razorpayAnswers(2, "captured");

        // When
        String payment = application.accepted(RUPEES);

        // Then
        awaitStatus(payment, "completed");
        assertThat(STUB.requests(PAY)).hasSize(1);
    }

    /** Its order is there, and not yet paid. */
    @Test
    @Order(1)
    void shouldPayTheOrderOnceThatAKilledProcessHadMade() throws Exception {
        // Given
        razorpayAnswers(1, "captured");
        STUB.toGet("/v1/orders/order_1/payments", answer(200, "{\"items\":[]}"));
        String payment = application.accepted(RUPEES);
        assertThat(application.ended()).isEqualTo(137);
        assertThat(STUB.requests("/v1/orders")).hasSize(1);
        assertThat(STUB.requests(PAY)).isEmpty();

        // When
        application.start();

        // Then
        awaitStatus(payment, "completed");
        assertThat(STUB.requests(PAY)).singleElement()
                .satisfies(paid -> assertThat(paid.getBodyAsString()).contains("\"order_id\":\"order_1\""));
        assertThat(STUB.requests("/v1/orders")).extracting(LoggedRequest::getBodyAsString)
                .containsOnly(STUB.requests("/v1/orders").get(0).getBodyAsString());
    }

    /** The payment waits for it, because no answer has said what became of it. */
    @Test
    @Order(3)
    void shouldBelieveAnEventOfRazorpayThatComesLateAndIsSigned() throws Exception {
        // Given
        razorpayAnswers(3, "created");
        String payment = application.accepted(RUPEES);
        await().atMost(Application.PATIENCE).until(() -> !STUB.requests("/v1/payments/pay_3").isEmpty());

        // When
        int forged = captured(payment, "another-secret-than-razorpay-has");
        int signed = captured(payment, HMAC_KEY);

        // Then
        assertThat(forged).isEqualTo(400);
        assertThat(signed).isEqualTo(200);
        awaitStatus(payment, "completed");
        assertThat(captured(payment, HMAC_KEY)).isEqualTo(200);
        assertThat(application.payment(payment).getLong("captured_minor")).isEqualTo(4999);
        assertThat(STUB.requests(PAY)).hasSize(1);
    }

    private int captured(String payment, String secret) throws Exception {
        String event = """
                {"entity":"event","event":"payment.captured","contains":["payment"],"created_at":1795000000,"payload":{"payment":{
                "entity":{"id":"pay_3","amount":4999,"currency":"INR","status":"captured","notes":{"payment_id":"%s"}}}}}"""
                .formatted(payment);
        byte[] signature = hmac(secret.getBytes(StandardCharsets.UTF_8), event);
        return application.send(application.request("/webhooks/razorpay").header("Content-Type", "application/json")
                .header("X-Razorpay-Signature", HexFormat.of().formatHex(signature))
                .header("X-Razorpay-Event-Id", "event-1").POST(BodyPublishers.ofString(event))).statusCode();
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private String authorization(String body) throws Exception {
        HttpResponse<String> answer = application.send(application.request("/api/v1/payments").header("X-User-ID", "ada")
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        return new JsonObject(answer.body()).getString("payment_id");
    }

    private void awaitStatus(String payment, String status) {
        await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                .untilAsserted(() -> assertThat(application.get("/api/v1/payments/" + payment).body())
                        .contains("\"status\":\"" + status + "\""));
    }

    private HttpResponse<String> event(String payment) throws Exception {
        String signed = String.join(":", "MOD1", "PSP1", "YourMerchantAccount", payment, "4999", "EUR", "CAPTURE", "true");
        String signature = Base64.getEncoder().encodeToString(hmac(HexFormat.of().parseHex(HMAC_KEY), signed));
        String item = """
                {"additionalData":{"hmacSignature":"%s"},"amount":{"value":4999,"currency":"EUR"},"pspReference":"MOD1",
                 "originalReference":"PSP1","eventCode":"CAPTURE","merchantAccountCode":"YourMerchantAccount",
                 "merchantReference":"%s","success":"true"}""".formatted(signature, payment);
        return application.send(application.request("/webhooks/adyen").header("Content-Type", "application/json")
                .POST(BodyPublishers
                        .ofString("{\"live\":\"false\",\"notificationItems\":[{\"NotificationRequestItem\":" + item + "}]}")));
    }
}
