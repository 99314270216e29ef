package io.payroute.it;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.vertx.core.json.JsonObject;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged application with a folder that tells a chat and an SMS service of failed payments, and keeps some mails back. */
@Timeout(300)
class ChannelsIT {

    private static final WireMockServer SERVICES = new WireMockServer(
            wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
    private static Application application;

    @BeforeAll
    static void start() {
        SERVICES.start();
        application = Application.of("channels", "-Dpayroute.config=src/test/resources/channels",
                "-Dchat.url=" + SERVICES.baseUrl() + "/chat", "-Dsms.url=" + SERVICES.baseUrl() + "/sms",
                "-Dsms.password=geheim");
    }

    @AfterAll
    static void stop() {
        application.stop();
        SERVICES.stop();
    }

    @Test
    void shouldTellEachChannelOnceOfALargeFailureAlthoughTheyFailAtFirst() throws Exception {
        // Given
        for (String path : List.of("/chat", "/sms")) {
            SERVICES.stubFor(post(path).inScenario(path).whenScenarioStateIs(Scenario.STARTED)
                    .willReturn(aResponse().withStatus(503)).willSetStateTo("up"));
            SERVICES.stubFor(post(path).inScenario(path).whenScenarioStateIs("up").willReturn(aResponse().withStatus(200)));
        }
        String address = Application.newAddress();

        // When
        String payment = application.accepted(
                "{\"userId\":\"u\",\"amount\":40.02,\"method\":\"card\",\"email\":\"" + address + "\"}");

        // Then
        await().atMost(Application.PATIENCE)
                .untilAsserted(() -> assertThat(listed(payment)).containsExactly("chat sent 2", "email sent 1", "sms sent"));
        assertThat(bodies("/chat", payment)).hasSize(2)
                .allSatisfy(
                        body -> assertThat(body).isEqualTo("Payment " + payment + " of 40.02 USD failed: insufficient_funds"));
        List<LoggedRequest> sms = SERVICES.findAll(postRequestedFor(urlEqualTo("/sms")).withRequestBody(containing(payment)));
        assertThat(sms).hasSize(2).allSatisfy(one -> {
            assertThat(one.getHeader("Authorization")).isEqualTo("Basic cGF5cm91dGU6Z2VoZWlt");
            assertThat(one.getBodyAsString()).isEqualTo("To=+4915112345678&Body=Failed " + payment);
        });
    }

    @Test
    void shouldSendNothingThatTheHookSuppressesAndSayWhy() throws Exception {
        // When
        String payment = application
                .accepted("{\"userId\":\"u\",\"amount\":5,\"method\":\"card\",\"email\":\"somebody@shop.test\"}");

        // Then
        await().atMost(Application.PATIENCE)
                .untilAsserted(() -> assertThat(listed(payment)).containsExactly("email skipped 1"));
        JsonObject skipped = new JsonObject(
                application.get("/api/v1/notifications?status=skipped&kind=email&payment_id=" + payment).body())
                .getJsonArray("notifications").getJsonObject(0);
        assertThat(skipped.getString("reason")).isEqualTo("suppressed: an address of the test shop");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(
                application.get("/api/v1/payments/" + payment + "/events").body()).contains("mail.skipped"));
    }

    private static List<String> bodies(String path, String payment) {
        return SERVICES.findAll(postRequestedFor(urlEqualTo(path)).withRequestBody(containing(payment))).stream()
                .map(LoggedRequest::getBodyAsString).toList();
    }

    private static List<String> listed(String payment) throws Exception {
        return new JsonObject(application.get("/api/v1/notifications?payment_id=" + payment).body())
                .getJsonArray("notifications").stream().map(JsonObject.class::cast)
                .map(one -> one.getString("kind") + " " + one.getString("status") + attempts(one)).sorted()
                .toList();
    }

    /** An SMS is repeated by its HTTP client first, which does so once after a 503. */
    private static String attempts(JsonObject one) {
        return one.getString("kind").equals("sms") ? "" : " " + one.getInteger("attempts");
    }
}
