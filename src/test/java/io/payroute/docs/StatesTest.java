package io.payroute.docs;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentState.Effect;
import io.payroute.payment.model.PaymentStatus;

import static org.assertj.core.api.Assertions.assertThat;

/** Prints what {@link PaymentState} decides, as it stands in ARCHITECTURE.md: copy it from the failure when it has changed. */
class StatesTest {

    private static final List<PaymentStatus> STATES = List.of(PaymentStatus.values());

    @Test
    void shouldPrintWhatIsDecided() {
        // Given
        String printed = ways() + "\n" + decisions() + "\n" + always();

        // When
        String page = Pages.of("ARCHITECTURE.md").text();

        // Then
        assertThat(page).contains(printed);
    }

    private static String ways() {
        return "| from | to |\n|---|---|\n" + STATES.stream().filter(from -> !from.next().isEmpty())
                .map(from -> row(code(from), from.next().stream().map(StatesTest::code).collect(Collectors.joining(", "))))
                .collect(Collectors.joining());
    }

    private static String decisions() {
        return row(Stream.concat(Stream.of("known of it"), STATES.stream().map(StatesTest::code)))
                + "|---".repeat(STATES.size() + 1) + "|\n"
                + Stream.of(PaymentFact.values()).filter(fact -> !isAlwaysTheSame(fact))
                        .map(fact -> row(
                                Stream.concat(Stream.of(fact.text()), STATES.stream().map(state -> cell(state, fact)))))
                        .collect(Collectors.joining());
    }

    private static String always() {
        return "| in every state | known of it |\n|---|---|\n"
                + Stream.of(Effect.values()).map(effect -> Stream.of(PaymentFact.values())
                        .filter(fact -> isAlwaysTheSame(fact) && decide(STATES.get(0), fact).effect() == effect)
                        .map(PaymentFact::text).collect(Collectors.joining("; ", "| " + word(effect) + " | ", " |\n")))
                        .filter(line -> !line.endsWith("|  |\n")).collect(Collectors.joining());
    }

    private static boolean isAlwaysTheSame(PaymentFact fact) {
        return STATES.stream().allMatch(state -> decide(state, fact)
                .equals(new Decision(decide(STATES.get(0), fact).effect(), state)));
    }

    private static Decision decide(PaymentStatus state, PaymentFact fact) {
        return PaymentState.decide(state, fact);
    }

    private static String cell(PaymentStatus state, PaymentFact fact) {
        Decision decision = decide(state, fact);
        return switch (decision.effect()) {
            case TRANSITION -> code(decision.next());
            case NONE -> "";
            default -> word(decision.effect());
        };
    }

    private static String word(Effect effect) {
        return effect.name().toLowerCase(Locale.ROOT);
    }

    private static String code(PaymentStatus state) {
        return '`' + state.word() + '`';
    }

    private static String row(String... cells) {
        return row(Stream.of(cells));
    }

    private static String row(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
