package io.payroute.payment.provider.stripe;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.Money;
import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

class StripeAmountsTest {

    @ParameterizedTest
    @CsvSource({"4999,USD,4999", "500,JPY,500", "5,UGX,500", "5,ISK,500", "500,MGA,5", "5120,KWD,5120", "100,HUF,100",
            "12345,TWD,12345", "1,EUR,1", "10,TND,10"})
    void shouldWriteWhatStripeExpects(long minor, String currency, String expected) {
        // When
        String amount = StripeAmounts.of(new Money(minor, currency)).orElseThrow();

        // Then
        assertThat(amount).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"5124,KWD", "1,BHD", "550,MGA", "1000,LYD", "1000,IQD"})
    void shouldNotRound(long minor, String currency) {
        // When
        boolean taken = StripeAmounts.of(new Money(minor, currency)).isPresent();

        // Then
        assertThat(taken).isFalse();
    }

    @Test
    void shouldReadBackWhatItWrites() {
        List<String> currencies = List.copyOf(CurrencyExponents.activeCodes());
        Seeded.check(5_000, random -> {
            // Given
            Money money = new Money(1 + random.nextLong(Money.MAX_MINOR), currencies.get(random.nextInt(currencies.size())));

            // When
            String amount = StripeAmounts.of(money).orElse(null);

            // Then
            if (amount != null) {
                assertThat(StripeAmounts.money(Long.parseLong(amount), money.currency().toLowerCase())).isEqualTo(money);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"lyd", "zzz", "", "xxx"})
    void shouldReadNoCurrencyThatStripeDoesNotHave(String currency) {
        // When
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(() -> StripeAmounts.money(100, currency));

        // Then
        assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    }
}
