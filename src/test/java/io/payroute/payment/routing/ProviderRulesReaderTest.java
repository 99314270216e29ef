package io.payroute.payment.routing;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.payment.model.ProviderRule;
import io.payroute.payment.model.ProviderRule.Match;
import io.payroute.payment.model.ProviderRule.Weighted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ProviderRulesReaderTest {

    @Test
    void shouldReadEverythingThatARuleCanSay() {
        // When
        List<ProviderRule> rules = ProviderRulesReader.read("rules.yaml", """
                rules:
                  - name: large-euro
                    when:
                      currencies: [EUR]
                      methods: [card, sepa_debit]
                      amount: {min: 100000, max: 9999999}
                    providers: [stripe, sandbox]
                  - name: nordic
                    when: {currencies: [NOK, SEK]}
                    providers: [stripe]
                  - name: rest
                    providers:
                      - {name: stripe, weight: 80}
                      - {name: sandbox, weight: 20}
                """);

        // Then
        assertThat(rules).containsExactly(
                new ProviderRule("large-euro", new Match(Set.of("EUR"), Set.of("card", "sepa_debit"), 100_000, 9_999_999),
                        List.of(new Weighted("stripe", 0), new Weighted("sandbox", 0))),
                new ProviderRule("nordic", new Match(Set.of("NOK", "SEK"), Set.of(), Long.MIN_VALUE, Long.MAX_VALUE),
                        List.of(new Weighted("stripe", 0))),
                new ProviderRule("rest", Match.EVERYTHING, List.of(new Weighted("stripe", 80), new Weighted("sandbox", 20))));
    }

    @Test
    void shouldReadTheExampleInThePackagedFile() throws Exception {
        // Given
        String packaged = new String(getClass().getResourceAsStream("/provider-rules.yaml").readAllBytes(), "UTF-8");
        String example = packaged.substring(packaged.indexOf("# rules:"), packaged.indexOf("\nrules: []"))
                .replaceAll("(?m)^# ", "");

        // When
        List<ProviderRule> rules = ProviderRulesReader.read("provider-rules.yaml", example);

        // Then
        assertThat(rules).extracting(ProviderRule::name).containsExactly("large-euro-cards", "everything-else");
        assertThat(ProviderRulesReader.read("provider-rules.yaml", packaged)).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments("", "the file: it must have keys of [rules]."),
                arguments("rules: [", "the file: it is no valid YAML: "),
                arguments("rules: []\nrules: []", "the file: it is no valid YAML: while constructing a mapping"),
                arguments("rule: []", "the file: it has the unknown key 'rule': there are [rules]."),
                arguments("rules: {}", "the file: rules is no list, such as [a, b]: write 'rules: []' to have none."),
                arguments("{}", "the file: rules is missing: write 'rules: []' to have none."),
                arguments("rules: [stripe]", "rule number 1: it must have keys of [name, providers, when]."),
                arguments("rules: [{providers: [a]}]", "rule number 1: name is missing: give the rule a name of its own."),
                arguments("rules: [{name: 1, providers: [a]}]", "rule number 1: name is no text: "),
                arguments("rules: [{name: a, provider: [a]}]",
                        "rule number 1: it has the unknown key 'provider': there are [name, providers, when]."),
                arguments("rules: [{name: a}]", "rule 'a': providers is missing: name at least one provider."),
                arguments("rules: [{name: a, providers: []}]", "rule 'a': providers is empty: name at least one provider."),
                arguments("rules: [{name: a, providers: stripe}]", "rule 'a': providers is no list, such as [a, b]: "),
                arguments("rules: [{name: a, providers: [Stripe]}]", "rule 'a': 'Stripe' is no provider's name: "),
                arguments("rules: [{name: a, providers: [a, a]}]", "rule 'a': provider 'a' is listed twice: remove one."),
                arguments("rules: [{name: a, providers: [{name: a, wieght: 1}]}]",
                        "rule 'a': a provider has the unknown key 'wieght': there are [name, weight]."),
                arguments("rules: [{name: a, providers: [{weight: 1}]}]",
                        "rule 'a': a provider's name is missing: write 'name: sandbox'."),
                arguments("rules: [{name: a, providers: [{name: a, weight: 0}]}]",
                        "rule 'a': weight is '0': write a whole number of 1 or more, at most 1000000."),
                arguments("rules: [{name: a, providers: [{name: a, weight: -1}]}]", "rule 'a': weight is '-1': "),
                arguments("rules: [{name: a, providers: [{name: a, weight: 0.5}]}]", "rule 'a': weight is '0.5': "),
                arguments("rules: [{name: a, providers: [{name: a, weight: 1000001}]}]", "rule 'a': weight is '1000001': "),
                arguments("rules: [{name: a, providers: [{name: a, weight: 1}, b]}]",
                        "rule 'a': some providers have a weight and some have none: give all of them one, or none."),
                arguments(when("{}"), "rule 'a': when is empty: leave it out to match everything."),
                arguments(when(""), "rule 'a': when must have keys of [amount, currencies, methods]."),
                arguments(when("{currency: [USD]}"),
                        "rule 'a': when has the unknown key 'currency': there are [amount, currencies, methods]."),
                arguments(when("{currencies: USD}"), "rule 'a': currencies is no list, such as [a, b]: "),
                arguments(when("{currencies: []}"), "rule 'a': currencies is empty: leave it out to match all."),
                arguments(when("{currencies: [usd]}"), "rule 'a': 'usd' is no currency that can be paid in: "),
                arguments(when("{currencies: [XXX]}"), "rule 'a': 'XXX' is no currency that can be paid in: "),
                arguments(when("{currencies: [USD, USD]}"), "rule 'a': currencies names 'USD' twice: remove one."),
                arguments(when("{methods: [3]}"),
                        "rule 'a': methods is no text: write text; put quotes around what looks like a number."),
                arguments(when("{methods: ['a card']}"), "rule 'a': 'a card' can be no payment's method: "),
                arguments(when("{amount: {min: 1}}"),
                        "rule 'a': amount counts minor units of one currency: name exactly one in currencies."),
                arguments(when("{currencies: [USD, EUR], amount: {min: 1}}"), "rule 'a': amount counts minor units of one "),
                arguments(when("{currencies: [USD], amount: {}}"), "rule 'a': amount is empty: give it min, max or both."),
                arguments(when("{currencies: [USD], amount: {from: 1}}"),
                        "rule 'a': amount has the unknown key 'from': there are [max, min]."),
                arguments(when("{currencies: [USD], amount: {min: 10.5}}"), "rule 'a': min is '10.5': write a whole number"),
                arguments(when("{currencies: [USD], amount: {max: 0}}"), "rule 'a': max is '0': "),
                arguments(when("{currencies: [USD], amount: {max: 99999999999999999999}}"), "rule 'a': max is '9999999999"),
                arguments(when("{currencies: [USD], amount: {min: 2, max: 1}}"),
                        "rule 'a': min is above max, so nothing matches: exchange them."),
                arguments("rules: [{name: a, when: {methods: [card]}, providers: [a]}, {name: a, providers: [b]}]",
                        "rule 'a': another rule has this name: "),
                arguments("rules: [{name: all, providers: [a]}, {name: cards, when: {methods: [card]}, providers: [b]}]",
                        "rule 'cards': it is never reached: rule 'all' stands before it and matches everything that it "
                                + "matches. Put this one first, or remove it."),
                arguments("rules: [{name: dollars, when: {currencies: [USD]}, providers: [a]}, {name: small, when: "
                        + "{currencies: [USD], amount: {max: 9}}, providers: [b]}]", "rule 'small': it is never reached: "));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldNameFileRuleAndRemedy(String yaml, String message) {
        // When
        assertThatThrownBy(() -> ProviderRulesReader.read("rules.yaml", yaml))

                // Then
                .isInstanceOf(InvalidProviderRulesException.class).hasMessageStartingWith("rules.yaml, " + message);
    }

    private static String when(String when) {
        return "rules: [{name: a, when: " + when + ", providers: [a]}]";
    }
}
