package io.payroute.payment.provider.stripe;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

/** A server that answers as Stripe's documentation says. */
public final class StripeStub {

    private final WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort().dynamicHttpsPort());

    public void start() {
        server.start();
    }

    public void stop() {
        server.stop();
    }

    public void reset() {
        server.resetAll();
    }

    public String url() {
        return "http://localhost:" + server.port();
    }

    /** With a certificate that nobody trusts. */
    String httpsUrl() {
        return "https://localhost:" + server.httpsPort();
    }

    public static ResponseDefinitionBuilder ok(String json) {
        return answer(200, json);
    }

    public static ResponseDefinitionBuilder answer(int status, String json) {
        return aResponse().withStatus(status).withHeader("Content-Type", "application/json").withBody(json);
    }

    public static ResponseDefinitionBuilder error(int status, String type, String more) {
        return answer(status,
                "{\"error\":{\"type\":\"" + type + "\",\"message\":\"Your key sk_test_abc12345 and 4242424242424242\""
                        + (more.isEmpty() ? "" : "," + more) + "}}");
    }

    public static String intent(String id, String status) {
        return "{\"id\":\"" + id + "\",\"object\":\"payment_intent\",\"status\":\"" + status
                + "\",\"last_payment_error\":null}";
    }

    public void toPost(String path, ResponseDefinitionBuilder answer) {
        stub(post(urlPathEqualTo(path)), answer);
    }

    public void toGet(String path, ResponseDefinitionBuilder answer) {
        stub(get(urlPathEqualTo(path)), answer);
    }

    public void stub(MappingBuilder request, ResponseDefinitionBuilder answer) {
        server.stubFor(request.willReturn(answer));
    }

    public void toEverything(ResponseDefinitionBuilder answer) {
        stub(any(anyUrl()), answer);
    }

    public List<LoggedRequest> requests() {
        return server.findAll(WireMock.anyRequestedFor(anyUrl()));
    }

    LoggedRequest request() {
        return requests().get(0);
    }

    /** The fields of a form, decoded, in their order. */
    static List<String> fields(String form) {
        return form.isEmpty()
                ? List.of()
                : Arrays.stream(form.split("&")).map(field -> URLDecoder.decode(field, StandardCharsets.UTF_8)).toList();
    }
}
