package io.payroute.it;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.watch.Scrape;
import io.payroute.watch.WatchFiles;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Dashboards and alerts ask for what the packaged application really tells. */
@Timeout(300)
class MetricsIT {

    private final Application application = Application.shared();

    @Test
    void shouldTellEveryMetricAndLabelThatADashboardOrAnAlertAsksFor() throws Exception {
        // Given
        Set<String> asked = new TreeSet<>();
        WatchFiles.panels().forEach(one -> asked.addAll(WatchFiles.asked(one)));
        WatchFiles.alerts().values().forEach(one -> asked.addAll(WatchFiles.asked(one)));

        // When
        oneOfEach();

        // Then
        assertThat(asked).hasSizeGreaterThan(60);
        await().atMost(Application.PATIENCE).untilAsserted(() -> {
            HttpResponse<String> answer = application.get("/q/metrics");
            assertThat(asked).isSubsetOf(WatchFiles.told(Scrape.of(answer.statusCode(), answer.body())));
        });
    }

    @Test
    void shouldNotMakeASeriesOfWhatACallerChose() throws Exception {
        // Given
        String chosen = "chosen" + System.nanoTime();

        // When
        application
                .accepted("{\"userId\":\"" + chosen
                        + "\",\"amount\":1,\"currency\":\"EUR\",\"method\":\"card\",\"description\":\"" + chosen + "\"}");
        application.get("/" + chosen);
        application.get("/api/v1/payments/" + chosen);
        application.get("/api/v1/payments?userId=" + chosen);
        application.send(application.request("/webhooks/" + chosen).POST(BodyPublishers.ofString("{}")));

        // Then
        assertThat(application.get("/q/metrics").body()).contains("payroute_payments").doesNotContain(chosen);
    }

    /** A payment with its mail, a webhook, and a provider's event, one genuine and one not. */
    private void oneOfEach() throws Exception {
        HttpResponse<String> endpoint = application.send(application.request("/api/v1/webhook-endpoints")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"url\":\"http://127.0.0.1:1999/hooks\"}")));
        assertThat(endpoint.statusCode()).as(endpoint.body()).isEqualTo(201);
        String address = Application.newAddress();
        String payment = application
                .accepted("{\"userId\":\"u1\",\"amount\":10,\"currency\":\"EUR\",\"method\":\"card\",\"email\":\""
                        + address + "\"}");
        application.awaitStatus(payment, "completed");
        application.awaitMail(address);
        String event = new JsonObject().put("id", "evt-" + payment).put("type", "nothing.happened").encode();
        for (String signature : List.of(Application.sandboxSignature(event), "t=1,v1=00")) {
            application.send(application.request("/webhooks/sandbox").header("Content-Type", "application/json")
                    .header("Sandbox-Signature", signature).POST(BodyPublishers.ofString(event)));
        }
    }
}
