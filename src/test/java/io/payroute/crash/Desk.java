package io.payroute.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;

import io.payroute.watch.Scrape;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** What a person at a desk does: looks at the metrics, calls the API, and sends the forms of the operators' pages. */
final class Desk {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI application;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    private String cookie;

    Desk(URI application) {
        this.application = application;
    }

    /** From now on pages and forms go by the session. */
    void logIn(String name, String password) throws Exception {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(application.resolve("/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + name + "&password=" + password)).build(), BodyHandlers.ofString());
        cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    Scrape scrape() throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request("/q/metrics").build(), BodyHandlers.ofString());
            return Scrape.of(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return Scrape.none();
        }
    }

    JsonObject get(String path) throws Exception {
        return json(request(path));
    }

    String page(String path) throws Exception {
        return http.send(ofBrowser(path).build(), BodyHandlers.ofString()).body();
    }

    CompletableFuture<Integer> look(String path) {
        return http.sendAsync(request(path).build(), BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    JsonObject send(String method, String path, JsonObject body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json").method(method,
                BodyPublishers.ofString(body.encode()));
        return json(headers.length == 0 ? request : request.headers(headers));
    }

    /** Sends a form of a page, as a browser does. */
    void form(String path, String fields) throws Exception {
        HttpResponse<String> answer = http.send(ofBrowser(path).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(303);
    }

    /** @return the id of the payment, which is stored */
    String pay(String user, String amount, String method) throws Exception {
        return send("POST", "/api/v1/payments", new JsonObject().put("user_id", user).put("amount", amount)
                .put("currency", "EUR").put("method", method).put("email", user + "@alerts.test")).getString("payment_id");
    }

    void awaitStatus(String payment, String status) {
        Awaitility.await(payment).atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(
                () -> assertThat(get("/api/v1/payments/" + payment).getJsonObject("payment").getString("status"))
                        .isEqualTo(status));
    }

    private JsonObject json(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        return answer.body().startsWith("{") ? new JsonObject(answer.body()) : new JsonObject();
    }

    private HttpRequest.Builder ofBrowser(String path) {
        return cookie == null
                ? request(path)
                : HttpRequest.newBuilder(application.resolve(path)).timeout(Duration.ofSeconds(45)).header("Cookie", cookie);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(application.resolve(path)).timeout(Duration.ofSeconds(45)).header("Authorization",
                "Bearer " + ApplicationProcess.TOKEN);
    }
}
