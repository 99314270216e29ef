package io.payroute.payment.routing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.money.Money;
import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.ProviderRule;
import io.payroute.platform.Ids;
import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProviderRulesTest {

    private static final String RULES = """
            rules:
              - name: large
                when: {currencies: [EUR], methods: [card, wallet], amount: {min: 1000, max: 9999}}
                providers: [a, b]
              - name: euro
                when: {currencies: [EUR]}
                providers: [b]
              - name: shared
                when: {methods: [card]}
                providers: [{name: c, weight: 10}, {name: a, weight: 60}, {name: b, weight: 30}]
            """;

    private final ProviderRules rules = new ProviderRules("rules.yaml", RULES, "z");

    @ParameterizedTest
    @CsvSource({"EUR,1000,card,large,a", "EUR,9999,wallet,large,a", "EUR,999,card,euro,b", "EUR,10000,card,euro,b",
            "EUR,5000,bank,euro,b", "JPY,5000,bank,default,z"})
    void shouldChooseByTheFirstRuleThatMatches(String currency, long minor, String method, String rule, String provider) {
        // When
        ProviderRules.Choice choice = rules.choose(payment(Ids.next(), currency, minor, method, null));

        // Then
        assertThat(choice).isEqualTo(new ProviderRules.Choice(provider, rule));
    }

    @Test
    void shouldLetTheCallersProviderStandAlone() {
        // Given
        UUID id = Ids.next();

        // When
        ProviderRules.Choice choice = rules.choose(payment(id, "EUR", 1000, "card", "b"));

        // Then
        assertThat(choice).isEqualTo(new ProviderRules.Choice("b", null));
        assertThat(rules.chain(choice.rule(), id, choice.provider())).containsExactly("b");
    }

    @Test
    void shouldGiveTheChainOfTheRecordedRule() {
        // When
        List<String> chain = rules.chain("large", Ids.next(), "a");

        // Then
        assertThat(chain).containsExactly("a", "b");
    }

    @Test
    void shouldGiveNoOtherProviderForARuleThatIsGone() {
        // When
        List<String> chain = rules.chain("gone", Ids.next(), "a");

        // Then
        assertThat(chain).containsExactly("a");
    }

    @Test
    void shouldChooseByWeightAndFallBackToTheHeaviest() {
        // Given
        Map<List<String>, Integer> chains = new HashMap<>();

        // When
        Seeded.check(20_000, random -> chains.merge(chain(random.nextBoolean()
                ? new UUID(random.nextLong(), random.nextLong())
                : Ids.next()), 1, Integer::sum));

        // Then
        assertThat(chains).containsOnlyKeys(List.of("c", "a", "b"), List.of("a", "b", "c"), List.of("b", "a", "c"));
        assertThat(chains.get(List.of("c", "a", "b"))).isBetween(1_700, 2_300);
        assertThat(chains.get(List.of("a", "b", "c"))).isBetween(11_500, 12_500);
        assertThat(chains.get(List.of("b", "a", "c"))).isBetween(5_500, 6_500);
    }

    @Test
    void shouldChooseTheSameEveryTime() {
        // Given
        ProviderRules otherProcess = new ProviderRules("rules.yaml", RULES, "z");

        Seeded.check(1_000, random -> {
            PaymentInstruction payment = payment(new UUID(random.nextLong(), random.nextLong()), "USD", 1, "card", null);

            // When
            ProviderRules.Choice choice = otherProcess.choose(payment);

            // Then
            assertThat(choice).isEqualTo(rules.choose(payment));
            assertThat(otherProcess.chain("shared", payment.paymentId(), "c").get(0)).isEqualTo(choice.provider());
        });
    }

    @Test
    void shouldNotChangeTheChoiceFromVersionToVersion() {
        // Given
        ProviderRule rule = ProviderRulesReader.read("rules.yaml", RULES).get(2);

        // When
        List<String> first = List.of(1, 2, 3, 4, 5, 6, 7, 8).stream().map(i -> rule.order(new UUID(i, i)).get(0)).toList();

        // Then
        assertThat(first).containsExactly("b", "a", "a", "a", "a", "b", "b", "a");
    }

    @Test
    void shouldNameEveryProviderThatNeedsARoute() {
        // Then
        assertThat(rules.providers()).containsExactly("a", "b", "c", "z");
    }

    @Test
    void shouldNotNeedTheDefaultWhereARuleMatchesEverything() {
        // When
        ProviderRules all = new ProviderRules("rules.yaml", "rules: [{name: default, providers: [a]}]", "z");

        // Then
        assertThat(all.providers()).containsExactly("a");
        assertThat(all.choose(TestPayments.instruction())).isEqualTo(new ProviderRules.Choice("a", "default"));
    }

    @Test
    void shouldRefuseTheNameOfTheLastRuleForAnother() {
        // When
        assertThatThrownBy(() -> new ProviderRules("rules.yaml",
                "rules: [{name: default, when: {methods: [card]}, providers: [a]}]", "z"))

                // Then
                .isInstanceOf(InvalidProviderRulesException.class)
                .hasMessageStartingWith("rules.yaml, rule 'default': this is the name of the rule for what no other matches.");
    }

    @Test
    void shouldFindTheRulesWithAnAlternative() {
        // Then
        assertThat(rules.withAlternativeTo(List.of("a"))).containsExactly("large", "shared");
        assertThat(rules.withAlternativeTo(List.of("a", "b"))).containsExactly("shared");
        assertThat(rules.withAlternativeTo(List.of("z"))).isEmpty();
    }

    @Test
    void shouldReadAFileOfTheUser(@TempDir Path folder) throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("my.yaml"), "rules: [{name: mine, providers: [a]}]");

        // When
        ProviderRules mine = new ProviderRules("file:" + file, "z");

        // Then
        assertThat(mine.choose(TestPayments.instruction()).rule()).isEqualTo("mine");
    }

    @ParameterizedTest
    @CsvSource({"file:/no/such/file.yaml,cannot be read", "classpath:no-such-file.yaml,cannot be read",
            "/etc/rules.yaml,must begin with file: or classpath:"})
    void shouldNameThePropertyOfAFileThatIsNotThere(String location, String problem) {
        // When
        assertThatThrownBy(() -> new ProviderRules(location, "z"))

                // Then
                .isInstanceOf(InvalidProviderRulesException.class)
                .hasMessageStartingWith("payment.provider.rules is '" + location).hasMessageContaining(problem);
    }

    private List<String> chain(UUID id) {
        return rules.chain("shared", id, "a");
    }

    private static PaymentInstruction payment(UUID id, String currency, long minor, String method, String provider) {
        return new PaymentInstruction(id, "user-1", new Money(minor, currency), method, null, null, null, provider, true);
    }
}
