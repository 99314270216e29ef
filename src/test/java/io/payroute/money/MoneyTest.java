package io.payroute.money;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class MoneyTest {

    private static final int RUNS = 2_000;

    @ParameterizedTest
    @CsvSource({"49.99,USD,4999,49.99", "4999,JPY,4999,4999", "4.999,KWD,4999,4.999", "5,USD,500,5.00", "5e3,JPY,5000,5000",
            "1.5E1,USD,1500,15.00", "19.99,EUR,1999,19.99", "0.01,USD,1,0.01", "4999e-2,USD,4999,49.99"})
    void shouldReadExactly(String text, String currency, long minor, String shown) {
        // When
        Money money = Money.of(text, currency);

        // Then
        assertThat(money).isEqualTo(new Money(minor, currency));
        assertThat(money.toDecimalText()).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"49.990,USD", "49.999,USD", "1.0,JPY", "1.2345,KWD", "4.9990e1,USD", "1e-400,USD"})
    void shouldRefuseMoreDecimalsThanTheCurrencyHas(String text, String currency) {
        assertThat(ruleOf(text, currency)).isEqualTo("amount_precision");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.00", "-0", "-1", "-0.001", "0e9", "-1e400"})
    void shouldRefuseZeroAndNegative(String text) {
        assertThat(ruleOf(text, "USD")).isEqualTo("amount_not_positive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10000000000.00", "1e400", "1e2147483646", "99999999999999999999999999999999999"})
    void shouldRefuseTooLargeWithoutExpandingIt(String text) {
        assertTimeoutPreemptively(Duration.ofSeconds(5),
                () -> assertThat(ruleOf(text, "USD")).isEqualTo("amount_too_large"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "+1", " 1", "1 ", ".5", "5.", "01", "-", "1e", "1e+", "NaN", "Infinity", "-Infinity",
            "0x10",
            "1f", "1,5", "1_000", "\u0661", "1e99999999999", "1.0000000000000000000000000000000000000000", "1\u0000"})
    void shouldRefuseWhatIsNoJsonNumber(String text) {
        assertThat(ruleOf(text, "USD")).isEqualTo("amount_not_a_number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "usd", "USDD", "XXX", "XTS", "XAU", "XDR", "ABC", "US", "XAD", "CHE", "CLF",
            "UYW", "VED"})
    void shouldRefuseWhatIsNoMoney(String currency) {
        assertThat(ruleOf("1", currency)).isEqualTo("currency_unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEM", "HRK", "ANG", "CUC", "SLL", "ZWL", "BGN"})
    void shouldRefuseNewPaymentsInRetiredMoney(String currency) {
        // When
        Money old = Money.of("1.50", currency);

        // Then
        assertThat(catchThrowableOfType(InvalidMoneyException.class, old::payable).rule()).isEqualTo("currency_unknown");
    }

    /** A newer JDK that disagrees knows a newer amendment: then the list is to be looked at. An older one still has the lev. */
    @Test
    void shouldAgreeWithTheJdkOnWhatCountriesUse() {
        // When
        Map<String, Integer> jdk = new TreeMap<>();
        for (String country : Locale.getISOCountries()) {
            Currency currency = Currency.getInstance(new Locale("", country));
            if (currency != null && !currency.getCurrencyCode().equals("BGN")) {
                jdk.put(currency.getCurrencyCode(), currency.getDefaultFractionDigits());
            }
        }

        // Then
        assertThat(CurrencyExponents.activeCodes()).containsExactlyInAnyOrderElementsOf(jdk.keySet()).hasSize(154);
        assertThat(jdk).allSatisfy((code, decimals) -> assertThat(CurrencyExponents.ofActive(code)).isEqualTo(decimals));
    }

    @Test
    void shouldRefuseMissingAmountAndCurrency() {
        assertThat(ruleOf(null, "USD")).isEqualTo("amount_not_a_number");
        assertThat(ruleOf("1", null)).isEqualTo("currency_unknown");
    }

    @Test
    void shouldKeepRetiredMoneyReadable() {
        // When
        Money money = new Money(-250, "DEM");

        // Then
        assertThat(money.toDecimalText()).isEqualTo("-2.50");
        assertThatThrownBy(() -> new Money(1, "XAU")).isInstanceOf(InvalidMoneyException.class);
    }

    @Test
    void shouldTakeTheLargestAmountAndNotOneMore() {
        assertThat(Money.of("9999999999.99", "USD").minor()).isEqualTo(Money.MAX_MINOR);
        assertThat(ruleOf("1000000000000", "JPY")).isEqualTo("amount_too_large");
        assertThat(catchThrowableOfType(InvalidMoneyException.class, () -> Money.ofMinor(Money.MAX_MINOR + 1, "USD")).rule())
                .isEqualTo("amount_too_large");
    }

    @Test
    void shouldNeverRoundADouble() {
        assertThat(Money.ofDouble(19.99, "USD").minor()).isEqualTo(1999);
        for (double bad : new double[]{19.999, 0.1 + 0.2, Double.NaN, Double.POSITIVE_INFINITY, -1, 0, 1e300, 1e-300}) {
            assertThatThrownBy(() -> Money.ofDouble(bad, "USD")).isInstanceOf(InvalidMoneyException.class);
        }
    }

    @Test
    void shouldComeBackUnchangedInEveryCurrency() {
        // Given
        long seed = System.nanoTime();
        System.out.println("MoneyTest seed=" + seed);
        Random random = new Random(seed);

        for (String currency : CurrencyExponents.activeCodes()) {
            for (int run = 0; run < RUNS / 10; run++) {
                long minor = 1 + (long) (random.nextDouble() * (random.nextBoolean() ? 1_000_000 : Money.MAX_MINOR - 1));

                // When
                Money money = Money.ofMinor(minor, currency);

                // Then
                assertThat(Money.of(money.toDecimalText(), currency)).as("seed %d", seed).isEqualTo(money);
                assertThat(Money.ofDouble(money.majorAsDouble(), currency)).as("seed %d", seed).isEqualTo(money);
            }
        }
    }

    @Test
    void shouldAgreeWithBigDecimalOnEveryAcceptedText() {
        // Given
        long seed = System.nanoTime();
        System.out.println("MoneyTest seed=" + seed);
        Random random = new Random(seed);
        String alphabet = "0123456789...-+eE 9";

        for (int run = 0; run < RUNS * 50; run++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(9); length >= 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            // When
            Money money;
            try {
                money = Money.of(text.toString(), "KWD");
            } catch (InvalidMoneyException refused) {
                continue;
            }

            // Then
            assertThat(money.toDecimal()).as("seed %d text %s", seed, text)
                    .isEqualByComparingTo(new BigDecimal(text.toString()));
        }
    }

    @Test
    void shouldKnowTheExponentOfEveryActiveCode() {
        assertThat(CurrencyExponents.of("JPY")).isZero();
        assertThat(CurrencyExponents.of("USD")).isEqualTo(2);
        assertThat(CurrencyExponents.of("KWD")).isEqualTo(3);
        assertThat(CurrencyExponents.activeCodes()).hasSizeGreaterThan(140).isSubsetOf(CurrencyExponents.knownCodes())
                .contains("EUR", "XOF", "XAF", "XCD").doesNotContain("XXX", "XTS", "XAU", "XDR", "DEM");
    }

    private static String ruleOf(String text, String currency) {
        InvalidMoneyException refused = catchThrowableOfType(InvalidMoneyException.class, () -> Money.of(text, currency));
        return refused == null ? "accepted" : refused.rule();
    }
}
