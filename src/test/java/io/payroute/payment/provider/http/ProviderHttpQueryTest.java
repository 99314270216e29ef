package io.payroute.payment.provider.http;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.payment.provider.ProviderCall;

import static io.payroute.payment.provider.http.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** What a status query may send again, and what it believes. */
class ProviderHttpQueryTest extends ProviderHttpBed {
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
}
