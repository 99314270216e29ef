package io.payroute.platform.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.ConfigFolder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class DryRunTest {

    private static final String FOLDER = "src/test/resources/folder";
    private static final String RECORDED = "src/test/resources/recorded";
    private static final String EVENTS = RECORDED + "/events";
    private static final String PAYMENTS = RECORDED + "/payments.jsonl";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path empty;

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

    /** A hook of the folder runs, and what it would call is told and answered as the command says. */
    @Test
    void shouldRunTheHooksOfTheFolderAndCallNobody() throws Exception {
        // Given
        Files.createDirectories(empty.resolve("routes"));
        Files.writeString(empty.resolve("routes/fraud.camel.yaml"), """
                - route:
                    id: payment-before-charge
                    description: Asks a service.
                    group: payment
                    precondition: "{{role.payment}}"
                    routeConfigurationId: hook
                    from:
                      uri: direct:payment-before-charge
                      steps:
                        - removeHeaders:
                            id: strip-fraud
                            pattern: "*"
                        - to:
                            id: to-fraud
                            uri: https://fraud.example.com/score
                            parameters:
                              httpMethod: POST
                        - filter:
                            id: if-suspect
                            expression:
                              simple:
                                expression: ${body} contains 'suspect'
                            steps:
                              - bean:
                                  id: hold-suspect
                                  ref: paymentHook
                                  method: hold('suspect')
                """);
        Path good = Files.writeString(empty.resolveSibling("one.json"),
                "{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");

        // When
        int code = dryRun(empty.toString(), "--payments", good.toString(), "--answer", "to-fraud=suspect");

        // Then
        assertThat(out.toString()).contains("would call POST https://fraud.example.com/score", "\"amount_minor\":500",
                "holds it for review: suspect", "answered as you said");
        assertThat(code).isZero();
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
        assertThat(out.toString()).contains("provider     sandbox, then stripe");
        assertThat(code).isZero();
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
    void shouldAskTheHooksOfTheNotificationsForEachMessage() throws Exception {
        // Given
        write("routes/channels.camel.yaml", """
                - route:
                    id: notification-channels
                    description: A mail and a message to the shop.
                    group: notification
                    precondition: "{{role.notification}}"
                    routeConfigurationId: grpc-edge
                    from:
                      uri: direct:notification-channels
                      steps:
                        - bean:
                            id: own-mail
                            ref: channels
                            method: email
                        - setHeaders:
                            id: own-words
                            headers:
                              - name: kind
                                expression:
                                  constant:
                                    expression: shop
                              - name: text
                                expression:
                                  simple:
                                    expression: "${body.amount} ${body.status}"
                        - bean:
                            id: own-shop
                            ref: channels
                            method: add
                - route:
                    id: notification-before-message
                    description: No mail to the test domain.
                    group: notification
                    precondition: "{{role.notification}}"
                    routeConfigurationId: work
                    from:
                      uri: direct:notification-before-message
                      steps:
                        - filter:
                            id: if-mail
                            expression:
                              simple:
                                expression: "${header.kind} == 'email'"
                            steps:
                              - setHeader:
                                  id: keep-it
                                  name: suppress
                                  expression:
                                    constant:
                                      expression: test domain
                - route:
                    id: notification-send-shop
                    description: To the shop.
                    group: notification
                    precondition: "{{role.notification}}"
                    routeConfigurationId: work
                    from:
                      uri: direct:notification-send-shop
                      steps:
                        - log:
                            id: log-shop
                            message: sent
                """);
        Path one = payment("{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\"}");

        // When
        int code = dryRun(empty.toString(), "--payments", one.toString());

        // Then
        assertThat(out.toString()).contains(
                "mail         none when completed: notification-before-message keeps it, suppressed: test domain",
                "shop         when completed, to shop:", "| 5.00 USD completed", "packaged     mail: when completed");
        assertThat(code).isZero();
    }

    @Test
    void shouldTakeTheProviderThatIsNamed() {
        // When
        dryRun(empty.toString(), "--events", EVENTS + "/stripe", "--provider", "stripe");

        // Then
        assertThat(out.toString()).contains("processing -> authorized");
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
    @ValueSource(strings = {"", "--events not-there", "--payments not-there", "--evnts x"})
    void shouldEndWithTwoWhenItIsCalledWrongly(String words) {
        // When
        int code = dryRun(words.isEmpty() ? new String[0] : words.split(" "));

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    private Path payment(String json) throws Exception {
        return Files.writeString(empty.resolve("payment.json"), json);
    }

    private void write(String name, String text) throws Exception {
        Files.createDirectories(empty.resolve(name).getParent());
        Files.writeString(empty.resolve(name), text);
    }

    private int dryRun(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "dry-run";
        System.arraycopy(words, 0, all, 1, words.length);
        return Payroute.line().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(all);
    }
}
