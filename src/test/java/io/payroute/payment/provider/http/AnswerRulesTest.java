package io.payroute.payment.provider.http;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AnswerRulesTest {

    @ParameterizedTest
    @CsvSource({"200, paid, COMPLETED", "200, refused:9, DECLINED_SOFTLY", "200, refused:2, DECLINED", "201, paid, PENDING",
            "404, , DECLINED", "422, , DECLINED", "401, , NOT_DONE", "200, other, ", "302, paid, ",
            // Of the key, the time or the rate: only by their own number.
            "403, , ", "409, , ", "408, , ", "429, , "})
    void shouldTakeTheFirstRuleThatMatches(int http, String word, Meaning meaning) {
        // Given
        AnswerRules rules = new AnswerRules(Purpose.OPERATION, "200/paid=completed, 2xx/paid=pending, "
                + "200/refused:9=declined_softly,\n 200/refused*=declined, 401=not_done, 4xx=declined");

        // When
        Meaning found = rules.all().stream().filter(rule -> rule.matches(http, word)).map(AnswerRules.Rule::meaning).findFirst()
                .orElse(null);

        // Then
        assertThat(found).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', value = {"OPERATION; 500=declined; no status that says anything",
            "OPERATION; 503=not_done; no status that says anything", "OPERATION; 302=completed; no status that says anything",
            "OPERATION; 408=not_done; but not 408", "OPERATION; 402=completed; only a status 2xx",
            "OPERATION; 202=declined; name the word that is", "OPERATION; 404=absent; only a query finds nothing",
            "QUERY; 401=declined; says nothing of the payment", "QUERY; 404=not_done; counts after absentAfter",
            "PREPARE; 200/ok=completed; can end a call only by", "OPERATION; 200=paid; there is no outcome 'paid'",
            "OPERATION; 200; must be http=outcome", "OPERATION; 2xx=done, 200/paid=completed; '200/paid' is never reached",
            "OPERATION; 200/a*=done, 200/ab=done; '200/ab' is never reached"})
    void shouldRefuseWhatWouldNotBeSafe(Purpose purpose, String rules, String why) {
        // When
        assertThatThrownBy(() -> new AnswerRules(purpose, rules))

                // Then
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
    }

    @Test
    void shouldKnowNothingWithoutRules() {
        // When
        AnswerRules rules = new AnswerRules(Purpose.OPERATION, "");

        // Then
        assertThat(rules.all()).isEmpty();
    }
}
