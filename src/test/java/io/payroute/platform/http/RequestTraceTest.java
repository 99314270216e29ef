package io.payroute.platform.http;

import java.net.http.HttpResponse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.platform.trace.TestTraces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RequestTraceTest extends EdgeBed {

    private static final String CALLER = "00f067aa0ba902b7";
    /** Of those that a sampler by the id takes at once, however few it takes. */
    private static final String CHOSEN = "4bf92f3577b34da60000000000000001";

    @ParameterizedTest
    @CsvSource({"/nothing,01,0,00", "/nothing,01,0.000001,00", "/nothing,00,1,01", "/nothing,01,1,01",
            "/nothing?trusted,01,0,01", "/nothing?trusted,00,1,00", "/nothing?trusted,03,0,01"})
    void shouldRecordWhatATrustedCallerRecordsAndOfAStrangerItsOwnShare(String path, String flag, double ratio, String told)
            throws Exception {
        try (TestTraces traces = new TestTraces(ratio)) {
            // When
            HttpResponse<String> answer = client.send(request("GET", path, null, null)
                    .header("traceparent", "00-" + CHOSEN + '-' + CALLER + '-' + flag).build(),
                    HttpResponse.BodyHandlers.ofString());

            // Then
            assertThat(answer.headers().allValues("traceparent")).singleElement().asString()
                    .matches("00-" + CHOSEN + "-[0-9a-f]{16}-" + told);
            await().untilAsserted(() -> assertThat(edge.inFlight()).isZero());
            if (told.equals("00")) {
                assertThat(traces.recorded()).isEmpty();
            } else {
                await().untilAsserted(() -> assertThat(traces.recorded()).singleElement().satisfies(span -> {
                    assertThat(span.getParentSpanId()).isEqualTo(CALLER);
                    assertThat(span.getSpanId()).isEqualTo(answer.headers().firstValue("traceparent").orElseThrow()
                            .split("-")[2]);
                }));
            }
        }
    }
}
