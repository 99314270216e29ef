package io.payroute.it;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The console for routes, as its page asks for things. */
@Timeout(300)
class HawtioIT {

    private static final Application APPLICATION = Application.shared();
    private static final String CONTEXT = "org.apache.camel:context=payroute,type=context,name=\"payroute\"";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"/hawtio/|text/html|<base href=\"/hawtio/\">",
            "/hawtio/camel/routes/x|text/html|<base href=\"/hawtio/\">",
            "/hawtio/index.html|text/html|<base href=\"/hawtio/\">",
            "/hawtio/user|application/json|\"operator\"", "/hawtio/plugin|application/json|[]",
            "/hawtio/proxy/enabled|application/json|false", "/hawtio/hawtconfig.json|application/json|disabledRoutes",
            "/hawtio/../hawtio/static/../user|application/json|\"operator\""})
    void shouldServeTheConsoleToAnOperatorAlone(String path, String type, String content) throws Exception {
        // When
        HttpResponse<String> answer = APPLICATION.send(operator(path));
        HttpResponse<String> anonymous = APPLICATION.send(APPLICATION.request(path));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'self'",
                "frame-ancestors 'none'");
        assertThat(answer.body()).contains(content);
        assertThat(anonymous.statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"GET,/hawtio/jolokia/read/java.lang:type=Runtime,404", "PUT,/hawtio/jolokia,404", "POST,/hawtio/user,404",
            "DELETE,/hawtio/,404", "GET,/hawtio/static/js/none.js,200"})
    void shouldTakeNoOtherRequests(String method, String path, int status) throws Exception {
        assertThat(APPLICATION.send(operator(path).method(method, BodyPublishers.noBody())).statusCode()).isEqualTo(status);
    }

    @Test
    void shouldRefuseARequestFromAnotherSitesPage() throws Exception {
        assertThat(APPLICATION.send(operator("/hawtio/jolokia").header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "cross-site").POST(BodyPublishers.ofString("{\"type\":\"version\"}"))).statusCode())
                .isEqualTo(403);
    }

    @Test
    void shouldDescribeCountAndDrawRoutes() throws Exception {
        // Given
        long before = exchanges("payment-pay");

        // When
        APPLICATION.accepted("{\"userId\":\"u\",\"amount\":\"3.00\",\"currency\":\"EUR\",\"method\":\"card\"}");

        // Then
        await().untilAsserted(() -> assertThat(exchanges("payment-pay")).isGreaterThan(before));
        assertThat(read("payment-pay").getString("Description")).isNotBlank();
        assertThat(jolokia("exec", CONTEXT, "dumpRoutesAsXml()").getString("value")).contains("<route id=\"payment-pay\"",
                "{{topic.payment}}");
        assertThat(jolokia("exec", CONTEXT, "dumpRoutesAsXml(boolean)").getInteger("status")).isEqualTo(403);
        assertThat(jolokia("exec", CONTEXT, "stop()").getInteger("status")).isEqualTo(403);
    }

    /** From a table, from the outbox, from a topic, and of the other role. */
    @ParameterizedTest
    @ValueSource(strings = {"payment-charge", "payment-outbox", "payment-tell-customers", "notification-send"})
    void shouldLoseNoPaymentWhileARouteIsStopped(String route) throws Exception {
        // Given
        String address = Application.newAddress();
        assertThat(jolokia("exec", name(route), "stop()").getInteger("status")).isEqualTo(200);
        String id;
        try {
            assertThat(read(route).getString("State")).isEqualTo("Stopped");
            id = APPLICATION
                    .accepted("{\"userId\":\"u\",\"amount\":\"4.00\",\"currency\":\"EUR\",\"method\":\"card\",\"email\":\""
                            + address + "\"}");
            assertThat(APPLICATION.mails(address)).doesNotContain("Subject: ");
        } finally {
            // When
            assertThat(jolokia("exec", name(route), "start()").getInteger("status")).isEqualTo(200);
        }

        // Then
        APPLICATION.awaitStatus(id, "completed");
        assertThat(APPLICATION.awaitMail(address).split("Subject: ", -1)).hasSize(2);
        await().untilAsserted(() -> assertThat(APPLICATION.send(operator("/ops/actions").header("Accept", "text/html")).body())
                .contains(route + "&quot;/stop()"));
    }

    private static long exchanges(String route) throws Exception {
        return read(route).getLong("ExchangesTotal");
    }

    private static JsonObject read(String route) throws Exception {
        return jolokia("read", name(route), null).getJsonObject("value");
    }

    private static String name(String route) {
        return "org.apache.camel:context=payroute,type=routes,name=\"" + route + '"';
    }

    private static JsonObject jolokia(String type, String name, String operation) throws Exception {
        HttpResponse<String> answer = APPLICATION
                .send(operator("/hawtio/jolokia/?maxDepth=7").header("Content-Type", "text/json").POST(BodyPublishers
                        .ofString(new JsonObject().put("type", type).put("mbean", name).put("operation", operation).encode())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static HttpRequest.Builder operator(String path) throws Exception {
        return APPLICATION.request(path).header("Authorization",
                "Bearer " + Files.readString(APPLICATION.data().resolve("operator-password")).strip());
    }
}
