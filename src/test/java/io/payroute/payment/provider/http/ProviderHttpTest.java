package io.payroute.payment.provider.http;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.payment.provider.ProviderFailure;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** What is sent, and what answers mean. */
class ProviderHttpTest extends ProviderHttpBed {
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
}
