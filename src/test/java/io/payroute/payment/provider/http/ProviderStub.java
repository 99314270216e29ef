package io.payroute.payment.provider.http;

import java.net.Socket;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.trafficlistener.DoNothingWiremockNetworkTrafficListener;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

/** A server in a provider's place. */
public final class ProviderStub {

    private final AtomicInteger opened = new AtomicInteger();
    private final WireMockServer server = new WireMockServer(
            WireMockConfiguration.options().dynamicPort().networkTrafficListener(new DoNothingWiremockNetworkTrafficListener() {
                @Override
                public void opened(Socket socket) {
                    opened.incrementAndGet();
                }
            }));

    public void start() {
        server.start();
    }

    public void stop() {
        server.stop();
    }

    public void reset() {
        server.resetAll();
        opened.set(0);
    }

    /** How many have been opened. */
    int connections() {
        return opened.get();
    }

    public String url() {
        return "http://localhost:" + server.port();
    }

    public static ResponseDefinitionBuilder answer(int status, String json) {
        return aResponse().withStatus(status).withHeader("Content-Type", "application/json").withBody(json);
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

    /** In the order in which they came. */
    public List<LoggedRequest> requests() {
        return server.findAll(WireMock.anyRequestedFor(anyUrl())).stream()
                .sorted(Comparator.comparing(LoggedRequest::getLoggedDate)).toList();
    }

    /** The status that a request was answered with; 0 for none. */
    public int answered(LoggedRequest request) {
        return server.getAllServeEvents().stream().filter(event -> event.getRequest().getId().equals(request.getId()))
                .mapToInt(event -> event.getResponse().getFault() == null ? event.getResponse().getStatus() : 0).findFirst()
                .orElse(0);
    }

    public List<LoggedRequest> requests(String path) {
        return requests().stream().filter(request -> request.getUrl().split("\\?")[0].equals(path)).toList();
    }
}
