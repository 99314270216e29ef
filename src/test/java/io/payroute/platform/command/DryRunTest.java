package io.payroute.platform.command;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.ConfigFolder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class DryRunTest extends DryRunBed {

    private static final String FOLDER = "src/test/resources/folder";
    private static final String PAYMENTS = RECORDED + "/payments.jsonl";

    /** The golden test: what it says of each recorded event. */
    @Test
    void shouldSayWhatWouldBecomeOfEachEvent() throws Exception {
        // When
        int code = dryRun(empty.toString(), "--events", EVENTS);

        // Then
        assertThat(out.toString()).isEqualTo(Files.readString(Path.of(RECORDED + "/events.txt")));
        assertThat(code).isEqualTo(1);
    }

    @Test
    void shouldSayWhatWouldBecomeOfEachPaymentAndWhatTheFolderChangesOfThat() throws Exception {
        // When
        int code = dryRun(FOLDER, "--payments", PAYMENTS);

        // Then
        assertThat(out.toString()).isEqualTo(Files.readString(Path.of(RECORDED + "/payments.txt")));
        assertThat(code).isEqualTo(1);
    }

    @Test
    void shouldEndWithZeroWhenAllIsWell() throws Exception {
        // Given
        Path good = Files.writeString(empty.resolve("good.json"), "[{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}]");

        // When
        int code = dryRun(empty.toString(), "--payments", good.toString(), "--json");

        // Then
        assertThat(new JsonArray(out.toString()).getJsonObject(0).getJsonArray("said").getJsonObject(0).getString("text"))
                .isEqualTo("default");
        assertThat(code).isZero();
        assertThat(System.getProperty(ConfigFolder.KEY)).isNull();
    }

    /** The next one is charged when the first one provably was not. */
    @Test
    void shouldSayOfEachProviderInItsTurnWhetherItHasARoute() throws Exception {
        // Given
        write("provider-rules.yaml", "rules:\n  - name: cards\n    providers: [sandbox, stripe]\n");
        Path one = payment("{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");

        // When
        int code = dryRun(empty.toString(), "--payments", one.toString());

        // Then
        assertThat(out.toString()).contains("provider     sandbox\n",
                "provider     stripe, when sandbox was provably not charged: it could not be reached, declined softly, or its "
                        + "breaker is open; payment.provider.stripe.api-key is not set here");
        assertThat(code).isZero();
    }

    @Test
    void shouldSayWhyARuleAndAProviderIsPassedOver() throws Exception {
        // Given
        write("provider-rules.yaml", """
                rules:
                  - name: euro
                    when:
                      currencies: [EUR]
                    providers: [stripe, sandbox]
                  - name: large
                    when:
                      currencies: [USD]
                      amount:
                        min: 10000
                    providers: [stripe]
                  - name: rest
                    providers: [sandbox]
                """);
        Path one = payment("{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");

        // When
        int code = dryRun(empty.toString(), "--payments", one.toString());

        // Then
        assertThat(out.toString()).contains(
                "passed over  stripe, sandbox of rule euro: USD is none of its currencies, EUR\n"
                        + "  passed over  stripe of rule large: it is for no less than 100.00\n"
                        + "  rule         rest\n  provider     sandbox\n");
        assertThat(code).isZero();
    }

    /** What waits is applied when it can be, and what is not known there is no event's. */
    @Test
    void shouldApplyEventsToThePaymentsThatAreKnown() throws Exception {
        // Given
        String payment = "01890000-0000-7000-8000-000000000009";
        write("known.json", "{\"payment\":{\"id\":\"" + payment + "\",\"amount_minor\":5000,\"currency\":\"USD\",\"provider\":"
                + "\"sandbox\",\"status\":\"processing\",\"provider_reference\":\"ch_9\",\"capture\":true},\"operation\":{"
                + "\"id\":\"01890000-0000-7000-8000-00000000000a\",\"kind\":\"refund\",\"amount_minor\":700,\"currency\":\"USD\","
                + "\"status\":\"pending\"}}");
        String event = "{\"id\":\"%s\",\"type\":\"%s\",\"reference\":\"%s\",\"refund_reference\":\"re_9\",\"amount_minor\":%d,"
                + "\"currency\":\"USD\",\"refund_key\":\"01890000-0000-7000-8000-00000000000a\"}";
        write("sandbox/1.json", event.formatted("e1", "refund.completed", "ch_9", 700));
        write("sandbox/2.json", event.formatted("e2", "payment.completed", "ch_9", 5000).replace("re_9", ""));
        write("sandbox/3.json", event.formatted("e3", "payment.completed", "ch_8", 5000));
        Path known = empty.resolve("known.json");
        Path events = empty.resolve("sandbox");

        // When
        dryRun(Files.createDirectories(empty.resolve("config")).toString(), "--events", events.toString(), "--provider",
                "sandbox", "--books", known.toString());

        // Then
        assertThat(out.toString()).containsSubsequence("1.json", "effect       applied: completed -> partially_refunded, once ",
                "2.json has come", "books        captured 50.00 USD, refunded 7.00 USD", "2.json",
                "effect       applied: processing -> completed", "3.json",
                "effect       unmatched: it waits in vain for a payment, or a state of it, that it follows on; there is no such "
                        + "payment");
    }

    @Test
    void shouldCountWhatIsSetForTheProcessLikeTheApplication() throws Exception {
        // Given
        System.setProperty("payment.provider.default", "stripe");
        Path one = payment("{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");
        try {
            // When
            dryRun(empty.toString(), "--payments", one.toString());
        } finally {
            System.clearProperty("payment.provider.default");
        }

        // Then
        assertThat(out.toString()).contains("provider     stripe");
    }

    /** As a double it would be 5. */
    @Test
    void shouldTakeAnAmountAsItIsWritten() throws Exception {
        // Given
        Path one = payment("{\"userId\":\"ada\",\"amount\":5.000000000000000001,\"method\":\"card\"}");

        // When
        dryRun(empty.toString(), "--payments", one.toString());

        // Then
        assertThat(out.toString()).contains("refused", "decimal");
    }

    /** Two that read alike are two. */
    @Test
    void shouldCompareEachRequestWithItselfOnly() throws Exception {
        // Given
        String request = "{\"userId\":\"ada\",\"amount\":%s,\"method\":\"card\",\"email\":\"ada@example.com\"}";
        Path two = payment("[" + request.formatted("5") + "," + request.formatted("5.00") + "]");

        // When
        dryRun(empty.toString(), "--payments", two.toString(), "--json");

        // Then
        assertThat(new JsonArray(out.toString())).hasSize(2)
                .noneMatch(one -> ((JsonObject) one).containsKey("packaged"));
    }

    @Test
    void shouldTakeTheProviderThatIsNamed() {
        // When
        dryRun(empty.toString(), "--events", EVENTS + "/stripe", "--provider", "stripe");

        // Then
        assertThat(out.toString()).contains("processing -> authorized");
    }

    @Test
    void shouldReadEventsOfAProviderThatTheFolderAloneKnows() throws Exception {
        // Given
        write("kiosk.jsonl", """
                {"no":"k1","what":"SOLD","receipt":"R7","sum":"1.234","money":"KWD","at":"2026-01-02T03:04:05Z"}
                {"no":"k2","what":"TAKEN_BACK","receipt":"R7","sum":"1.234","money":"KWD","at":"2026-01-02T03:04:06Z"}
                """);

        // When
        int code = dryRun(FOLDER, "--events", empty.resolve("kiosk.jsonl").toString(), "--provider", "kiosk");

        // Then
        assertThat(out.toString()).contains(
                "kiosk R7 completed (completed) 1.234 KWD, captured 1.234, 2026-01-02T03:04:05Z",
                "kiosk R7 refunded (refunded) 1.234 KWD, captured 1.234, refunded 1.234, 2026-01-02T03:04:05Z");
        assertThat(code).isZero();
    }

    @Test
    void shouldTakeASingleFileFromTheFolderOfItsProvider() {
        // When
        int code = dryRun(empty.toString(), "--events", EVENTS + "/stripe/02-succeeded.json");

        // Then
        assertThat(out.toString()).contains("processing -> completed", "1 tried, all is well.");
        assertThat(code).isZero();
    }

    /** The golden file of the aggregator's own tests, which store the same events. */
    @Test
    void shouldSayOfProvidersEventsWhatTheAggregatorStores() throws Exception {
        // When
        dryRun(empty.toString(), "--events", "src/test/resources/aggregator");

        // Then
        assertThat(out.toString().lines().filter(line -> line.startsWith("  aggregated")).map(line -> line.substring(15)))
                .containsAll(Files.readAllLines(Path.of("src/test/resources/aggregator/golden.txt")));
    }

    @Test
    void shouldTryNothingWithAFolderThatIsWrong() {
        // When
        int code = dryRun("src/test/resources/broken", "--payments", PAYMENTS);

        // Then
        assertThat(out.toString()).contains("there is no step 'setBodyy'", "Nothing was tried");
        assertThat(code).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--events not-there", "--payments not-there",
            "--events src/test/resources/recorded/events --books not-there", "--evnts x"})
    void shouldEndWithTwoWhenItIsCalledWrongly(String words) {
        // When
        int code = dryRun(words.isEmpty() ? new String[0] : words.split(" "));

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }
}
