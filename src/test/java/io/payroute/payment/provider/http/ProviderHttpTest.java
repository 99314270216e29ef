package io.payroute.payment.provider.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.money.Money;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;
import io.payroute.testing.Routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The kamelet by itself: what is sent, what answers mean, and what cannot be declared. */
@Timeout(60)
class ProviderHttpTest {

    private static final UUID PAYMENT = UUID.fromString("01976f6e-0000-7000-8000-000000000001");
    private static final ProviderStub ACME = new ProviderStub();

    private final DefaultCamelContext context = Routes.context();
    private final Map<String, String> config = new HashMap<>();
    private final Map<String, String> declared = new LinkedHashMap<>();

    @BeforeAll
    static void startServer() {
        ACME.start();
    }

    @AfterAll
    static void stopServer() {
        ACME.stop();
    }

    @BeforeEach
    void declare() {
        ACME.reset();
        config.put("payment.provider.acme.base-url", ACME.url() + "/api");
        config.put("payment.provider.acme.api-key", "the-secret-key");
        config.put("payment.provider.acme.read-timeout", "1s");
        declared.put("provider", "acme");
        declared.put("path", "/charges");
        declared.put("keyHeader", "Idempotency-Key");
        declared.put("status", "/state");
        declared.put("outcomes", "200/paid=completed, 200/refused=declined, 402=declined, 401=not_done");
        declared.put("reference", "/id");
        declared.put("reason", "/why");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void start() throws Exception {
        config.forEach(context.getPropertiesComponent()::addOverrideProperty);
        ExampleProvider.bind(context, config);
        String parameters = declared.entrySet().stream().map(one -> "              " + one.getKey() + ": |-\n"
                + one.getValue().indent(16)).collect(Collectors.joining());
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("acme.camel.yaml", """
                - route:
                    id: provider-acme
                    from:
                      uri: direct:provider-acme
                      steps:
                        - to:
                            uri: kamelet:provider-http
                            parameters:
                """ + parameters));
        context.start();
    }

    @Test
    void shouldSendNothingOfTheExchangeButWhatIsDeclared() throws Exception {
        // Given
        declared.put("path", "/charges/${variable.method}");
        declared.put("query", "of=${variable.paymentId}");
        declared.put("headers", "X-User=user ${variable.userId}");
        declared.put("body", "/money/amount=${variable.amount},\n/money/currency=${variable.currency}, /flag=true,/text='1',\n"
                + "/method=${variable.method},\n/missing=${variable.orderId}");
        ACME.toPost("/api/charges/a%2F%22%2C%7D%3F", answer(200, "{\"id\":\"acme_1\",\"state\":\"paid\"}"));
        start();

        // When
        Exchange exchange = send(call(ProviderCall.CHARGE, "a/\",}?", null));

        // Then
        assertThat(exchange.getMessage().getBody()).isEqualTo(new ProviderOutcome.Completed("acme_1"));
        LoggedRequest request = ACME.requests().get(0);
        assertThat(request.getUrl()).isEqualTo("/api/charges/a%2F%22%2C%7D%3F?of=" + PAYMENT);
        assertThat(request.getBodyAsString()).isEqualTo("{\"money\":{\"amount\":4999,\"currency\":\"USD\"},\"flag\":true,"
                + "\"text\":\"1\",\"method\":\"a/\\\",}?\"}");
        assertThat(request.getHeader("Authorization")).isEqualTo("Bearer the-secret-key");
        assertThat(request.getHeader("Idempotency-Key")).isEqualTo("key-1");
        assertThat(request.getHeaders().keys()).map(String::toLowerCase).containsExactlyInAnyOrder("authorization", "x-user",
                "idempotency-key", "content-type", "content-length", "host", "connection", "user-agent", "accept-encoding");
        assertThat(exchange.getAllProperties() + " " + exchange.getVariables() + exchange.getMessage().getHeaders())
                .doesNotContain("the-secret-key");
    }

    @Test
    void shouldSendAForm() throws Exception {
        // Given
        declared.put("authentication", "header:X-Api-Key");
        declared.put("bodyType", "form");
        declared.put("unit", "major");
        declared.put("body", "amount=${variable.amount},\nnote=a+b ${variable.method} ${variable.key}");
        start();

        // When
        send(call(ProviderCall.CHARGE, "card", null));

        // Then
        LoggedRequest request = ACME.requests().get(0);
        assertThat(request.getBodyAsString()).isEqualTo("amount=49.99&note=a%2Bb%20card%20key-1");
        assertThat(request.getHeader("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(request.getHeader("X-Api-Key")).isEqualTo("the-secret-key");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"200; {'id':'a1','state':'paid'}; completed",
            "200; {'id':'a1','state':'refused'}; declined",
            "200; {'state':'paid'}; unanswered", "200; {'id':'a1','state':'new'}; unanswered", "200; <html>; unanswered",
            "402; {'why':'Card expired'}; declined", "402; <html>; unanswered", "400; {}; unanswered", "404; {}; unanswered",
            "401; {}; not_done", "403; {}; unanswered", "409; {}; unanswered", "429; {}; unanswered",
            "500; {'state':'paid'}; unanswered",
            "503; {}; unanswered", "302; {}; unanswered"})
    void shouldLeaveOpenWhatIsNotDeclared(int status, String body, String word) throws Exception {
        // Given
        ACME.toPost("/api/charges", answer(status, body.replace('\'', '"')));
        start();

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE, "card", null));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(ACME.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void shouldLeaveOpenWhatIsNotAnswered(Fault fault) throws Exception {
        // Given
        ACME.toPost("/api/charges", aResponse().withFault(fault));
        start();

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE, "card", null));

        // Then
        assertThat(outcome.word()).isEqualTo("unanswered");
        assertThat(ACME.requests()).hasSize(1);
    }

    @Test
    void shouldCutAnAnswerThatComesByteByByte() throws Exception {
        // Given
        config.put("payment.provider.acme.connect-timeout", "100ms");
        ACME.toPost("/api/charges",
                answer(200, "{\"id\":\"acme_1\",\"state\":\"paid\"}").withChunkedDribbleDelay(20, 10_000));
        start();
        long begun = System.nanoTime();

        // When
        ProviderOutcome outcome = outcome(call(ProviderCall.CHARGE, "card", null));

        // Then
        assertThat(outcome.word()).isEqualTo("unanswered");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }

    @ParameterizedTest
    @CsvSource({"charge, not_done", "status, unanswered"})
    void shouldKnowThatARefusedConnectionSentNothing(String operation, String word) throws Exception {
        // Given
        declared.put("keyLife", "7d");
        config.put("payment.provider.acme.base-url", "http://localhost:1");
        start();

        // When
        ProviderOutcome outcome = outcome(operation.equals("status")
                ? status(ProviderCall.CHARGE, Duration.ofMinutes(1))
                : call(operation, "card", null));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource({"PT1M, 1, completed", "P6D, 1, completed", "P7D, 0, unanswered", ", 0, unanswered"})
    void shouldSendAgainOnlyWhileTheKeyIsKnown(Duration age, int requests, String word) throws Exception {
        // Given
        declared.put("keyLife", "7d");
        ACME.toPost("/api/charges", answer(200, "{\"id\":\"acme_1\",\"state\":\"paid\"}"));
        start();

        // When
        ProviderOutcome outcome = outcome(status(ProviderCall.CHARGE, age));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
        assertThat(ACME.requests()).hasSize(requests);
    }

    @Test
    void shouldNeverSendAgainToQueryWithoutAKeyThatIsKnown() throws Exception {
        // Given
        start();

        // When
        ProviderOutcome outcome = outcome(status(ProviderCall.CHARGE, Duration.ofSeconds(1)));

        // Then
        assertThat(outcome.word()).isEqualTo("unanswered");
        assertThat(ACME.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"15m, PT14M, unanswered", "15m, PT15M, not_done", "15m, , unanswered", "0s, , not_done",
            "'', PT48H, unanswered"})
    void shouldBelieveThatNothingWasDoneOnlyAsDeclared(String after, Duration age, String word) throws Exception {
        // Given
        query();
        declared.put("absentAfter", after);
        ACME.toGet("/api/charges", answer(200, "{\"items\":[{\"id\":\"a9\",\"ref\":\"another\",\"state\":\"paid\"}]}"));
        start();

        // When
        ProviderOutcome outcome = outcome(status(ProviderCall.CHARGE, age));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "[{'id':'a1','ref':'key-1','state':'refused'},{'id':'a2','ref':'key-1','state':'paid'}]; completed",
            "[{'id':'a1','ref':'other','state':'paid'},{'id':'a2','ref':'key-1','state':'refused'}]; declined",
            "[{'id':'a1','ref':'x'},{'id':'a2','ref':'x'},{'id':'a3','ref':'x'}]; unanswered", "null; unanswered"})
    void shouldTakeTheEntryThatSaysMost(String items, String word) throws Exception {
        // Given
        query();
        declared.put("absentAfter", "0s");
        declared.put("pageSize", "3");
        ACME.toGet("/api/charges", answer(200, "{\"items\":" + items.replace('\'', '"') + "}"));
        start();

        // When
        ProviderOutcome outcome = outcome(status(ProviderCall.CHARGE, Duration.ofHours(1)));

        // Then
        assertThat(outcome.word()).isEqualTo(word);
    }

    private void query() {
        declared.put("purpose", "query");
        declared.put("method", "GET");
        declared.remove("keyHeader");
        declared.put("items", "/items");
        declared.put("match", "/ref=${variable.key}");
        declared.put("outcomes", "200/paid=completed, 200/refused=declined, 404=absent");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"outcomes; 500=declined; outcomes: '500=declined'",
            "path; charges; path must begin with /",
            "body; /a=${date:now:yyyy}; may be another one in a repetition", "body; /a=${body.attempt}; may be another one",
            "body; /a=${variable.key; may be another one", "body; /a=${variable.kay}; there is no ${variable.kay}",
            "body; a=1; body: ", "method; SEND; method is 'SEND'",
            "unit; cents; unit must be minor or major", "authentication; digest; authentication is 'digest'",
            "outcomes; ''; outcomes is missing", "keyLife; 7; a duration with a unit",
            "keep; a=/b; with purpose prepare and no other",
            "method; GET; which moves nothing"})
    void shouldNotStartWithWhatCannotBeDeclared(String property, String value, String why) {
        // Given
        declared.put(property, value);

        // When
        assertThatThrownBy(this::start)

                // Then
                .hasStackTraceContaining("Route provider-acme, ").hasStackTraceContaining(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "api-key; ; payment.provider.acme.api-key is missing. Set PAYMENT_PROVIDER_ACME_API_KEY",
            "base-url; http://acme.test; must begin with https://", "read-timeout; 40s; more than half of payment.charge.lease",
            "read-timeout; 8000; must be a duration with a unit", "base-url; ; payment.provider.acme.base-url is missing"})
    void shouldNotStartWithoutWhatAProviderInUseNeeds(String key, String value, String why) {
        // Given
        config.put("payment.provider.default", "acme");
        config.put("payment.provider.acme." + key, value == null ? "" : value);

        // When
        assertThatThrownBy(this::start)

                // Then
                .hasStackTraceContaining(why);
    }

    @Test
    void shouldStartWithoutTheKeyOfAProviderThatIsNotInUse() throws Exception {
        // Given
        config.remove("payment.provider.acme.api-key");

        // When
        start();

        // Then
        assertThat(context.getRegistry().findSingleByType(DeclaredProviders.class).missing("acme")).isPresent();
    }

    @Test
    void shouldUseAConnectionAgain() throws Exception {
        // Given
        config.put("payment.provider.acme.threads", "2");
        ACME.toPost("/api/charges", answer(200, "{\"id\":\"acme_1\",\"state\":\"paid\"}"));
        start();

        // When
        List<String> outcomes = IntStream.range(0, 5).mapToObj(i -> outcome(call(ProviderCall.CHARGE, "card", null)).word())
                .toList();

        // Then
        assertThat(outcomes).hasSize(5).containsOnly("completed");
        assertThat(ACME.connections()).isEqualTo(1);
    }

    @Test
    void shouldNotBeginWhatWaitedTooLong() throws Exception {
        // Given
        start();

        // When
        Exchange exchange = context.createProducerTemplate().send("direct:provider-acme", sent -> {
            sent.setProperty(ProviderCall.UNTIL, System.nanoTime() - 1);
            prepare(sent, call(ProviderCall.CHARGE, "card", null));
        });

        // Then
        assertThat(new ProviderFailure().outcome(exchange.getException(), call(ProviderCall.CHARGE, "card", null),
                exchange.getMessage().getBody()).word()).isEqualTo("not_done");
        assertThat(ACME.requests()).isEmpty();
    }

    @Test
    void shouldRunTheExampleOfThePage() throws Exception {
        // Given
        String page = Files.readString(Path.of("docs/provider.md"));
        config.put("role.payment", "true");
        config.forEach(context.getPropertiesComponent()::addOverrideProperty);
        ExampleProvider.bind(context, config);
        Routes.load(context, "shared/error-handling.camel.yaml");
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("page.camel.yaml",
                page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```", page.indexOf("```yaml\n") + 8))));
        ACME.toPost("/api/v1/charges", answer(201, "{\"id\":\"acme_1\",\"status\":\"succeeded\"}"));
        context.start();

        // When
        ProviderOutcome charged = outcome(call(ProviderCall.CHARGE, "card", null));
        ProviderOutcome refunded = outcome(call(ProviderCall.REFUND, "card", null));

        // Then
        assertThat(charged).isEqualTo(new ProviderOutcome.Completed("acme_1"));
        assertThat(refunded).isEqualTo(new ProviderOutcome.Declined("not_supported"));
    }

    private static ProviderCall call(String operation, String method, Duration age) {
        return new ProviderCall(operation, null, "key-1", PAYMENT, null, new Money(4999, "USD"), method, 1, age,
                new ProviderCall.Payer("user-1", "ada@example.com", null));
    }

    private static ProviderCall status(String queried, Duration age) {
        return call(queried, "card", age).status(1);
    }

    private ProviderOutcome outcome(ProviderCall call) {
        Exchange exchange = send(call);
        return exchange.getException() == null
                ? exchange.getMessage().getBody(ProviderOutcome.class)
                : new ProviderFailure().outcome(exchange.getException(),
                        exchange.getProperty(ProviderCall.PROPERTY, ProviderCall.class), exchange.getMessage().getBody());
    }

    private Exchange send(ProviderCall call) {
        return context.createProducerTemplate().send("direct:provider-acme", exchange -> prepare(exchange, call));
    }

    private static void prepare(Exchange exchange, ProviderCall call) {
        exchange.setProperty(ProviderCall.PROPERTY, call);
        exchange.getMessage().setHeader("X-Evil", "1");
        call.describe(exchange.getMessage()::setHeader);
        exchange.getMessage().setBody(call);
    }
}
