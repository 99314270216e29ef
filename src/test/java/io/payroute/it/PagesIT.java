package io.payroute.it;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The operators' pages of the packaged application, as a browser without scripts sees them. */
@Timeout(300)
class PagesIT {

    private static final Application APPLICATION = Application.shared();
    private static String cookie;

    @BeforeAll
    static void logIn() throws Exception {
        HttpResponse<String> answer = form("/login", null,
                "username=operator&password=" + password() + "&next=%2Fops%2Factions");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("/ops/actions");
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).contains("HttpOnly", "SameSite=Lax");
        cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ops", "/ops/payments", "/ops/payments?status=completed&user_id=", "/ops/provider-events",
            "/ops/orders", "/ops/conflicts", "/ops/disputes", "/ops/webhooks", "/ops/reconciliations", "/ops/notifications",
            "/ops/dead-letters",
            "/ops/dead-letters/payment",
            "/ops/dead-letters/notification?replayed=true", "/ops/routes", "/ops/actions", "/aggregator"})
    void shouldShowEveryPageToAnOperatorAlone(String path) throws Exception {
        // When
        HttpResponse<String> page = get(path, cookie);

        // Then
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.body()).contains("<html lang=\"en\">", "<h1>", "Log out").doesNotContain("NOT_FOUND");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'self'");
        assertThat(get(path, null).headers().firstValue("Location").orElseThrow()).startsWith("/login?next=%2F");
    }

    @Test
    void shouldShowAPaymentAndItsHistoryAndSendItsMailOnceMore() throws Exception {
        // Given
        String address = Application.newAddress();
        String id = APPLICATION
                .accepted("{\"userId\":\"<b>eve</b>\",\"amount\":\"7.50\",\"currency\":\"EUR\",\"method\":\"card\","
                        + "\"email\":\"" + address + "\"}");
        APPLICATION.awaitMail(address);
        await().atMost(Application.PATIENCE)
                .untilAsserted(() -> assertThat(get("/ops/payments/" + id, cookie).body()).contains("mail.sent"));

        // When
        String page = get("/ops/payments/" + id, cookie).body();
        JsonObject sent = new JsonObject(APPLICATION.get("/api/v1/notifications?payment_id=" + id).body())
                .getJsonArray("notifications").getJsonObject(0);
        String send = "/ops/notifications/" + sent.getString("id") + "/send";
        HttpResponse<String> again = form(send, cookie, "seen=sent-" + sent.getInteger("attempts"));
        HttpResponse<String> twice = form(send, cookie, "seen=sent-" + sent.getInteger("attempts"));

        // Then
        assertThat(page).contains("payment.created", "7.50 EUR", "&lt;b&gt;eve&lt;/b&gt;").doesNotContain("<b>eve</b>");
        assertThat(again.headers().firstValue("Location")).hasValue("/ops/notifications");
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).contains("It has changed since the page was shown", "Back to Notifications");
        await().atMost(Application.PATIENCE).untilAsserted(
                () -> assertThat(APPLICATION.mails(address).split("Subject: Payment of 7.50 EUR completed", -1)).hasSize(3));
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(get("/ops/actions", cookie).body())
                .contains("POST /ops/notifications/" + sent.getString("id") + "/send", "operator"));
    }

    @Test
    void shouldShowAProblemInItsWords() throws Exception {
        // When
        HttpResponse<String> missing = get("/ops/payments/" + UUID.randomUUID(), cookie);
        HttpResponse<String> wrong = get("/ops/payments?status=blue", cookie);

        // Then
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("There is no payment with this id.");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("status must be one of", "<button class=\"main\">Search</button>");
    }

    @Test
    void shouldFindAPaymentAsAPersonSearchesForIt() throws Exception {
        // Given
        String id = APPLICATION.accepted("{\"userId\":\"searched\",\"amount\":\"31.07\",\"currency\":\"EUR\","
                + "\"method\":\"card\",\"email\":\"Searched@Example.com\"}");
        String today = LocalDate.now(ZoneOffset.UTC).toString();

        // When
        String found = get("/ops/payments?amount=31.07+eur&email=searched%40example.COM&created_from=" + today + "&created_to="
                + today, cookie).body();
        HttpResponse<String> wrong = get("/ops/payments?amount=31%2C07&created_from=tomorrow", cookie);

        // Then
        assertThat(found).contains("/ops/payments/" + id, "value=\"31.07 eur\"", "value=\"" + today + "\"");
        assertThat(get("/ops/payments?amount=31.07&user_id=searched", cookie).body()).contains(id);
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("From must be a day such as 2026-11-27", "value=\"31,07\"", "value=\"tomorrow\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"username=operator&password=wrong", "username=somebody&password=PASSWORD", "username=operator",
            "username=operator&password=PASSWORD&X-Payroute-Caller=root", "username=operator&password=PASSWORD&password=x"})
    void shouldOpenNoSessionForAnythingButTheRightNameAndPassword(String fields) throws Exception {
        // When
        HttpResponse<String> answer = form("/login", null, fields.replace("PASSWORD", password()));

        // Then
        assertThat(answer.statusCode()).isIn(400, 401);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void shouldGoNowhereElseAfterALogin() throws Exception {
        assertThat(form("/login", null, "username=operator&password=" + password() + "&next=%2F%2Fevil.test%2F").headers()
                .firstValue("Location")).hasValue("/ops");
    }

    @Test
    void shouldInviteToAFirstPaymentInEmbeddedMode() throws Exception {
        assertThat(get("/", null).body()).contains("Make a first payment", "/pages/first.js");
        assertThat(get("/pages/first.js", null).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldCompareWithTheBooksOfAProviderAndShowWhatWasFound() throws Exception {
        // Given
        form("/ops/reconciliations", cookie, "provider=sandbox&from=2026-01-02&to=2026-01-03");

        // When
        String list = get("/ops/reconciliations", cookie).body();
        String path = list.replaceFirst("(?s).*?(/ops/reconciliations/[-0-9a-f]{36}).*", "$1");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(get(path, cookie).body()).contains("completed"));

        // Then
        assertThat(get(path, cookie).body()).contains("There are none.", "caller:operator", path + "/file");
        assertThat(get(path + "/file", cookie).body()).startsWith("kind,payment_id,");
        assertThat(get("/ops/reconciliations", cookie).body()).contains("completed");
        assertThat(get(path + "/file", null).headers().firstValue("Location").orElseThrow()).startsWith("/login");
    }

    @Test
    void shouldLookForNoFormWhereThereIsNoBody() throws Exception {
        // When
        HttpResponse<String> page = APPLICATION.send(APPLICATION.request("/ops").header("Accept", "text/html")
                .header("Content-Type", "application/x-www-form-urlencoded").header("Cookie", cookie));

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
    }

    @Test
    void shouldHaveAnIcon() throws Exception {
        assertThat(get("/login", null).body()).contains("href=\"/pages/icon.svg\"");
        assertThat(get("/pages/icon.svg", null).headers().firstValue("Content-Type")).hasValue("image/svg+xml");
    }

    private static String password() throws Exception {
        return Files.readString(APPLICATION.data().resolve("operator-password")).strip();
    }

    private static HttpResponse<String> get(String path, String cookie) throws Exception {
        HttpRequest.Builder request = APPLICATION.request(path).header("Accept", "text/html");
        return APPLICATION.send(cookie == null ? request : request.header("Cookie", cookie));
    }

    private static HttpResponse<String> form(String path, String cookie, String fields) throws Exception {
        HttpRequest.Builder request = APPLICATION.request(path)
                .header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(fields));
        return APPLICATION.send(cookie == null ? request : request.header("Cookie", cookie));
    }
}
