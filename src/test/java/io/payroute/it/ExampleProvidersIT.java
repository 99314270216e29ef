package io.payroute.it;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.provider.http.ProviderStub;
import io.vertx.core.json.JsonObject;

import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged application with a folder of the examples and a key: a provider that no Java knows, also across a kill. */
@Timeout(400)
class ExampleProvidersIT {

    private static final String HMAC_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";

    private static final String RAZORPAY_KEY = "rzp_test_1:the-secret";
    private static final String RUPEES = "{\"userId\":\"cust_1\",\"amount\":49.99,\"currency\":\"INR\",\"method\":\"token_1\"}";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String PAY = "/v1/payments/create/recurring";

    private final ProviderStub stub = new ProviderStub();
    private Application application;

    @BeforeEach
    void startStub() {
        stub.start();
    }

    @AfterEach
    void stop() {
        application.stop();
        stub.stop();
    }

    private void start(String provider, String key) {
        configured(provider, key, "examples/providers/" + provider).startPrepared();
    }

    private Application configured(String provider, String key, String folder) {
        String prefix = "-Dpayment.provider." + provider + '.';
        // The servers of the test before may still write into theirs.
        application = Application.configured("example-" + provider + '-' + NUMBER.incrementAndGet(),
                "-Dpayroute.config=" + folder,
                prefix + "base-url=" + stub.url(), prefix + "api-key=" + key,
                "-Dprovider." + provider + ".webhook-secrets=" + HMAC_KEY,
                prefix + "connect-timeout=100ms", prefix + "read-timeout=2s", "-Dpayment.charge.lease=6s",
                "-Dpayment.unknown.query-schedule=1s,1s,1s,1s");
        return application;
    }

    @Test
    void shouldChargeOnceAtAdyenAcrossAKillAndCaptureWhenItsEventSaysSo() throws Exception {
        // Given
        start("adyen", "the-api-key");
        stub.toPost("/v71/payments",
                answer(200, "{\"pspReference\":\"PSP1\",\"resultCode\":\"Authorised\"}").withFixedDelay(1_500));
        stub.toPost("/v71/payments/PSP1/captures", answer(201, "{\"pspReference\":\"MOD1\",\"status\":\"received\"}"));
        String payment = authorization(
                "{\"amount\":49.99,\"currency\":\"EUR\",\"method\":\"8415718415172204\",\"capture\":false}");
        await().atMost(Application.PATIENCE).until(() -> !stub.requests("/v71/payments").isEmpty());

        // When
        application.kill();
        application.start();

        // Then
        awaitStatus(payment, "authorized");
        List<LoggedRequest> charges = stub.requests("/v71/payments");
        assertThat(charges).extracting(request -> request.getHeader("Idempotency-Key")).containsOnly(payment);
        assertThat(charges).extracting(LoggedRequest::getBodyAsString).containsOnly(charges.get(0).getBodyAsString());
        application.send(application.request("/api/v1/payments/" + payment + "/capture").header("Idempotency-Key", "capture-1")
                .header("X-User-ID", "ada").POST(BodyPublishers.noBody()));
        await().atMost(Application.PATIENCE).until(() -> !stub.requests("/v71/payments/PSP1/captures").isEmpty());
        assertThat(event(payment).statusCode()).isEqualTo(200);
        awaitStatus(payment, "completed");
    }

    /** @param status of the payment that its order leads to */
    private void razorpayAnswers(String status) {
        stub.toPost("/v1/orders", answer(200, "{\"id\":\"order_1\",\"status\":\"created\"}"));
        stub.toPost(PAY, answer(200, "{\"razorpay_payment_id\":\"pay_1\"}"));
        stub.toGet("/v1/payments/pay_1",
                answer(200, "{\"id\":\"pay_1\",\"status\":\"" + status + "\",\"amount\":4999,\"currency\":\"INR\"}"));
    }

    @Test
    void shouldChargeAtRazorpay() throws Exception {
        // Given
        start("razorpay", RAZORPAY_KEY);
        razorpayAnswers("captured");

        // When
        String payment = application.accepted(RUPEES);

        // Then
        awaitStatus(payment, "completed");
        assertThat(stub.requests(PAY)).hasSize(1);
    }

    /** Its order is there, and not yet paid. The pause after which it is paid is that of the example, made short. */
    @Test
    void shouldPayTheOrderOnceThatAKilledProcessHadMade(@TempDir Path folder) throws Exception {
        // Given
        Path example = Path.of("examples/providers/razorpay");
        Files.createDirectories(folder.resolve("routes"));
        Files.copy(example.resolve("application.properties"), folder.resolve("application.properties"));
        Files.writeString(folder.resolve("routes/provider-razorpay.camel.yaml"),
                Files.readString(example.resolve("routes/provider-razorpay.camel.yaml")).replace("absentAfter: 15m",
                        "absentAfter: 1s"));
        razorpayAnswers("captured");
        stub.toGet("/v1/orders/order_1/payments", answer(200, "{\"items\":[]}"));
        configured("razorpay", RAZORPAY_KEY, folder.toString())
                .startPrepared("-Dpayroute.crash-point=provider-http-prepared");
        String payment = application.accepted(RUPEES);
        assertThat(application.ended()).isEqualTo(137);
        assertThat(stub.requests("/v1/orders")).hasSize(1);
        assertThat(stub.requests(PAY)).isEmpty();

        // When
        application.start();

        // Then
        awaitStatus(payment, "completed");
        assertThat(stub.requests(PAY)).singleElement()
                .satisfies(paid -> assertThat(paid.getBodyAsString()).contains("\"order_id\":\"order_1\""));
        assertThat(stub.requests("/v1/orders")).extracting(LoggedRequest::getBodyAsString)
                .containsOnly(stub.requests("/v1/orders").get(0).getBodyAsString());
    }

    /** The payment waits for it, because no answer has said what became of it. */
    @Test
    void shouldBelieveAnEventOfRazorpayThatComesLateAndIsSigned() throws Exception {
        // Given
        start("razorpay", RAZORPAY_KEY);
        razorpayAnswers("created");
        String payment = application.accepted(RUPEES);
        await().atMost(Application.PATIENCE).until(() -> !stub.requests("/v1/payments/pay_1").isEmpty());

        // When
        int forged = captured(payment, "another-secret-than-razorpay-has");
        int signed = captured(payment, HMAC_KEY);

        // Then
        assertThat(forged).isEqualTo(400);
        assertThat(signed).isEqualTo(200);
        awaitStatus(payment, "completed");
        assertThat(captured(payment, HMAC_KEY)).isEqualTo(200);
        assertThat(application.payment(payment).getLong("captured_minor")).isEqualTo(4999);
        assertThat(stub.requests(PAY)).hasSize(1);
    }

    private int captured(String payment, String secret) throws Exception {
        String event = """
                {"entity":"event","event":"payment.captured","contains":["payment"],"created_at":1795000000,"payload":{"payment":{
                "entity":{"id":"pay_1","amount":4999,"currency":"INR","status":"captured","notes":{"payment_id":"%s"}}}}}"""
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
