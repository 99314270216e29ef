package io.payroute.payment.accept;

import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.payment.TestPayments;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

class PaymentRulesTest {

    private static final UUID ID = UUID.fromString("01890000-0000-7000-8000-000000000001");

    /** One field's value; everything else is good. */
    private record Case(String field, String value) {
        List<String> broken() {
            Refusal problem = catchThrowableOfType(Refusal.class, () -> check(field, value));
            return problem == null ? List.of() : problem.errors().stream().map(FieldError::field).toList();
        }
    }

    static List<Case> bad() {
        return List.of(new Case("userId", null), new Case("userId", ""), new Case("userId", "  "),
                new Case("userId", "x".repeat(65)), new Case("userId", "a\nb"), new Case("userId", "a\u0000b"),
                new Case("method", null), new Case("method", ""), new Case("method", "x".repeat(33)),
                new Case("method", "credit card"), new Case("method", "card\r\nBcc: eve@example.com"),
                new Case("method", "käse"), new Case("email", ""), new Case("email", "ada"), new Case("email", "@example.com"),
                new Case("email", "ada@example.com, eve@example.com"), new Case("email", "Ada <ada@example.com>"),
                new Case("email", "ada@example.com\nBcc: eve@example.com"), new Case("email", "ada@-@example.com"),
                new Case("email", "ada@example..com"), new Case("email", "ada@localhost"),
                new Case("email", "x".repeat(65) + "@example.com"),
                new Case("email", "ada@" + "x".repeat(251)), new Case("description", "x".repeat(501)),
                new Case("description", "bell\u0007"), new Case("orderId", "x".repeat(65)), new Case("orderId", "a\tb"));
    }

    static List<Case> good() {
        return List.of(new Case("userId", "x".repeat(64)), new Case("userId", "Ünal 7"),
                new Case("userId", "\ud83d\ude00".repeat(64)),
                new Case("description", "\ud83d\ude00".repeat(500)), new Case("method", "x".repeat(32)),
                new Case("method", "card:visa_1.2-3"), new Case("email", null), new Case("email", "ada+pay@mail.example.co.uk"),
                new Case("email", "o'hara@example.com"), new Case("description", null), new Case("description", ""),
                new Case("description", "x".repeat(500)), new Case("orderId", null), new Case("orderId", "x".repeat(64)));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void shouldNameTheFieldThatBreaksARule(Case one) {
        // When
        List<String> broken = one.broken();

        // Then
        assertThat(broken).containsExactly(one.field());
    }

    @ParameterizedTest
    @MethodSource("good")
    void shouldTakeWhatKeepsTheRules(Case one) {
        // When
        List<String> broken = one.broken();

        // Then
        assertThat(broken).isEmpty();
    }

    @Test
    void shouldNameAllBrokenFieldsAtOnce() {
        // When
        Refusal problem = catchThrowableOfType(Refusal.class,
                () -> PaymentRules.check(PaymentRules.Names.PAY, ID, null,
                        () -> Money.of("-1", "USD"), "", "no address", "x".repeat(501), "x".repeat(65)));

        // Then
        assertThat(problem.kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(problem.errors()).extracting(FieldError::field).containsExactlyInAnyOrder("userId", "method", "email",
                "description", "orderId", "amount");
    }

    @Test
    void shouldNameFieldsAsTheContractOfThePathDoes() {
        // When
        Refusal problem = catchThrowableOfType(Refusal.class,
                () -> PaymentRules.check(PaymentRules.Names.CREATE,
                        ID, "x".repeat(65), () -> TestPayments.MONEY, "card", null, null, "x".repeat(65)));

        // Then
        assertThat(problem.errors()).extracting(FieldError::field).containsExactly("user_id", "order_id");
    }

    @Test
    void shouldTellAnUnknownCurrencyFromABadAmount() {
        // When
        Refusal problem = catchThrowableOfType(Refusal.class,
                () -> PaymentRules.check(PaymentRules.Names.PAY, ID, "user-1", () -> Money.of("1", "ZZZ"), "card", null, null,
                        null));

        // Then
        assertThat(problem.errors()).extracting(FieldError::field, FieldError::rule)
                .containsExactly(tuple("currency", "currency_unknown"));
    }

    @Test
    void shouldRepeatNothingOfWhatWasSent() {
        // When
        Refusal problem = catchThrowableOfType(Refusal.class,
                () -> check("email", "<script>4111111111111111"));

        // Then
        assertThat(problem.toString() + problem.errors()).doesNotContain("script", "4111");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "")
    void shouldTakeDollarsWhenNoCurrencyIsGiven(String currency) {
        // When
        String taken = PaymentRules.currencyOrDefault(currency);

        // Then
        assertThat(taken).isEqualTo("USD");
    }

    private static PaymentInstruction check(String field, String value) {
        return PaymentRules.check(PaymentRules.Names.PAY, ID, field.equals("userId") ? value : "user-1",
                () -> TestPayments.MONEY,
                field.equals("method") ? value : "card", field.equals("email") ? value : null,
                field.equals("description") ? value : null, field.equals("orderId") ? value : null);
    }
}
