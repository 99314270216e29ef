package io.payroute.product;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProductRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\nb", "a\u0000b"})
    void shouldRefuseANameThatIsNone(String name) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> ProductRules.name(name))
                .satisfies(refusal -> assertThat(refusal.errors().get(0).field()).isEqualTo("name"));
    }

    @Test
    void shouldCountCharactersAsPeopleDo() {
        assertThat(ProductRules.name("\uD83D\uDE00".repeat(200))).hasSize(400);
        assertThat(ProductRules.description("line\n".repeat(1_000))).hasSize(5_000);
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> ProductRules.name("a".repeat(201)));
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> ProductRules.description("a".repeat(5_001)));
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> ProductRules.description("a\u0000"));
    }

    @ParameterizedTest
    @CsvSource({"19.99,0,USD,1999", "0,1999,USD,1999", "19.99,1999,USD,1999", "1250,0,JPY,1250", "4.999,0,KWD,4999",
            "0.1,0,'',10"})
    void shouldTakeAPriceExactly(double major, long minor, String currency, long price) {
        assertThat(ProductRules.price(major, minor, currency))
                .isEqualTo(new Money(price, currency.isEmpty() ? "USD" : currency));
    }

    @ParameterizedTest
    @CsvSource({"0,0,USD,price", "-1,0,USD,price", "0,-1,USD,price", "19.999,0,USD,price", "12.5,0,JPY,price",
            "19.99,1998,USD,price", "NaN,0,USD,price", "Infinity,0,USD,price", "1e300,0,USD,price",
            "0,9223372036854775807,USD,price", "1,0,usd,currency", "1,0,XYZ,currency", "1,0,DEM,currency"})
    void shouldRefuseAPriceThatIsNone(double major, long minor, String currency, String field) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> ProductRules.price(major, minor, currency))
                .satisfies(refusal -> assertThat(refusal.errors().get(0).field()).isEqualTo(field));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 1_000_000_001, Integer.MAX_VALUE})
    void shouldRefuseAStockThatIsNone(int stock) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> ProductRules.stock(stock));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "book", "00000000-0000-7000-8000-00000000000g"})
    void shouldRefuseAnIdThatIsNone(String id) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> ProductRules.id("product_id", id))
                .satisfies(refusal -> assertThat(refusal.errors().get(0).field()).isEqualTo("product_id"));
    }
}
