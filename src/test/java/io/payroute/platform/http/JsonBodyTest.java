package io.payroute.platform.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.Money;
import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;

import static io.payroute.platform.http.JsonBody.decimal;
import static io.payroute.platform.http.JsonBody.flag;
import static io.payroute.platform.http.JsonBody.integer;
import static io.payroute.platform.http.JsonBody.objects;
import static io.payroute.platform.http.JsonBody.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

class JsonBodyTest {

    private static final JsonBody.Schema PAY = JsonBody.schema()
            .required("userId", text(1, 8))
            .required("amount", decimal())
            .required("method", text(1, 32))
            .optional("currency", text(3, 3))
            .optional("capture", flag())
            .nullable("note", text(0, 20))
            .optional("items", objects(JsonBody.schema()
                    .required("product_id", text(1, 8)).required("quantity", integer(1, 99)), 1, 2))
            .money("amount", "currency", "USD");
    private static final String GOOD = "{\"userId\":\"u1\",\"amount\":49.99,\"method\":\"card\"}";

    @Test
    void shouldReadAGoodBody() {
        // When
        JsonBody.Values values = PAY
                .parse(bytes("{\"userId\":\"\u00fc\ud83d\ude00\",\"amount\":\"4999\",\"method\":\"card\",\"capture\":false,"
                        + "\"currency\":\"JPY\",\"items\":[{\"product_id\":\"p\",\"quantity\":3}]}"));

        // Then
        assertThat(values.text("userId")).isEqualTo("\u00fc\ud83d\ude00");
        assertThat(values.money("amount")).isEqualTo(new Money(4999, "JPY"));
        assertThat(values.flag("capture", true)).isFalse();
        assertThat(values.objects("items").get(0).integer("quantity", 0)).isEqualTo(3);
    }

    @Test
    void shouldTakeNullAsAbsentWhereTheSchemaSaysSo() {
        // When
        JsonBody.Values values = PAY.parse(bytes(GOOD.replace("}", ",\"note\":null}")));

        // Then
        assertThat(values.has("note")).isFalse();
        assertThat(values.text("currency", "USD")).isEqualTo("USD");
        assertThat(values.money("amount")).isEqualTo(new Money(4999, "USD"));
        assertThat(values.objects("items")).isEmpty();
    }

    @Test
    void shouldKeepAnAmountAsItsExactText() {
        // Given
        JsonBody.Schema schema = JsonBody.schema().required("amount", decimal());

        for (String amount : List.of("9007199254740993", "0.1000000000000000055511151231257827", "1E400", "49.990", "-0")) {
            // When
            JsonBody.Values values = schema.parse(bytes("{\"amount\":" + amount + "}"));

            // Then
            assertThat(values.text("amount")).isEqualTo(amount);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "1", "\"x\"", "{", "{\"userId\"", "{\"userId\":\"u\"", "{'userId':'u'}",
            "{userId:1}", "{\"amount\":NaN}", "{\"amount\":Infinity}", "{\"amount\":+1}", "{\"amount\":01}", "{\"amount\":.5}",
            "{} {}", "{}x", "{},", "{/**/}", "{\"userId\":\"\n\"}", "{\"userId\":\"\\x\"}", "{\"userId\":\"u\",}", "\ufeff{}"})
    void shouldAnswer400ForWhatIsNotOneJsonObject(String body) {
        // When
        Refusal refused = refuse(bytes(body));

        // Then
        assertThat(refused.kind()).isEqualTo(Refusal.Kind.MALFORMED);
        assertThat(refused.errors()).isEmpty();
    }

    @Test
    void shouldNameThePositionOfMalformedJsonButNotItsContent() {
        // When
        Refusal refused = refuse(bytes("{\"userId\":\n secretword}"));

        // Then
        assertThat(refused.detail()).contains("line 2", "column").doesNotContain("secretword");
    }

    @Test
    void shouldRefuseBytesThatAreNotUtf8() {
        byte[] latin1 = GOOD.replace("u1", "\u00fc").getBytes(StandardCharsets.ISO_8859_1);
        byte[] overlong = bytes(GOOD);
        overlong[11] = (byte) 0xc0;
        overlong[12] = (byte) 0x80;

        assertThat(refuse(latin1).kind()).isEqualTo(Refusal.Kind.MALFORMED);
        assertThat(refuse(overlong).kind()).isEqualTo(Refusal.Kind.MALFORMED);
        assertThat(refuse(GOOD.getBytes(StandardCharsets.UTF_16LE)).kind()).isEqualTo(Refusal.Kind.MALFORMED);
        assertThat(refuse(null).kind()).isEqualTo(Refusal.Kind.MALFORMED);
    }

    @Test
    void shouldRefuseEndlessNesting() {
        assertThat(refuse(bytes("{\"userId\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")).kind())
                .isEqualTo(Refusal.Kind.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "\"currencey\":\"EUR\"|currencey|unknown_field", "\"userId\":\"u2\"|userId|duplicate_key",
            "\"capture\":\"true\"|capture|wrong_type", "\"currency\":978|currency|wrong_type",
            "\"currency\":null|currency|null", "\"capture\":null|capture|null", "\"currency\":\"EURO\"|currency|too_long",
            "\"currency\":\"usd\"|currency|currency_unknown",
            "\"currency\":\"BGN\"|currency|currency_unknown",
            "\"currency\":\"CHE\"|currency|currency_unknown",
            "\"items\":[{\"product_id\":\"p\",\"quantity\":0}]|items[0].quantity|out_of_range",
            "\"items\":[{\"product_id\":\"p\",\"quantity\":99999999999999999999999}]|items[0].quantity|out_of_range",
            "\"items\":[{\"product_id\":\"p\",\"quantity\":1.0}]|items[0].quantity|wrong_type",
            "\"items\":[{\"product_id\":\"p\"}]|items[0].quantity|required", "\"items\":[7]|items[0]|wrong_type",
            "\"items\":[]|items|wrong_size", "\"items\":{\"a\":[1]}|items|wrong_type"})
    void shouldNameTheFieldAndTheRule(String extra, String field, String rule) {
        // When
        Refusal refused = refuse(bytes(GOOD.replace("}", "," + extra + "}")));

        // Then
        assertThat(refused.kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(refused.errors()).extracting(FieldError::field, FieldError::rule).containsExactly(tuple(field, rule));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"\"\"|too_short", "\"  \"|too_short", "\"123456789\"|too_long",
            "\"a\\u0000\"|invalid_character", "\"a\\n\"|invalid_character", "\"\\ud800\"|invalid_character",
            "\"\\udc00\\ud800\"|invalid_character", "7|wrong_type", "{\"a\":{}}|wrong_type", "null|required",
            "true|wrong_type"})
    void shouldRefuseABadUserId(String value, String rule) {
        // When
        Refusal refused = refuse(bytes(GOOD.replace("\"u1\"", value)));

        // Then
        assertThat(refused.errors()).extracting(FieldError::field, FieldError::rule).containsExactly(tuple("userId", rule));
    }

    @Test
    void shouldNameEveryBadFieldAtOnce() {
        // When
        Refusal refused = refuse(bytes("{\"userId\":5,\"amount\":-1,\"metod\":\"card\"}"));

        // Then
        assertThat(refused.errors()).extracting(FieldError::field, FieldError::rule).containsExactlyInAnyOrder(
                tuple("userId", "wrong_type"), tuple("amount", "amount_not_positive"), tuple("metod", "unknown_field"),
                tuple("method", "required"));
    }

    @Test
    void shouldRefuseThreeDecimalsOfUsd() {
        assertThat(refuse(bytes(GOOD.replace("49.99", "49.990"))).errors()).extracting(FieldError::rule)
                .containsExactly("amount_precision");
    }

    @Test
    void shouldNotRepeatHostileNamesWhole() {
        // When
        Refusal refused = refuse(bytes(GOOD.replace("}", ",\"" + "\\u001b".repeat(500) + "\":1}")));

        // Then
        assertThat(refused.errors().get(0).field()).hasSize(64).matches("\\?+");
    }

    @Test
    void shouldThrowNothingButProblemsOnGarbage() {
        // Given
        long seed = System.nanoTime();
        System.out.println("JsonBodyTest seed=" + seed);
        Random random = new Random(seed);
        byte[] good = bytes(GOOD.replace("}", ",\"items\":[{\"product_id\":\"p\",\"quantity\":3}]}"));
        byte[] alphabet = bytes("{}[]\":,\\u0-+.eE19truefalsn \u00fc\ud83d\ude00");

        for (int run = 0; run < 50_000; run++) {
            byte[] body = run % 2 == 0 ? good.clone() : new byte[random.nextInt(40)];
            for (int change = random.nextInt(run % 2 == 0 ? 4 : 40); change >= 0 && body.length > 0; change--) {
                body[random.nextInt(body.length)] = random.nextInt(8) == 0
                        ? (byte) random.nextInt(256)
                        : alphabet[random.nextInt(alphabet.length)];
            }

            // When
            Throwable thrown = null;
            try {
                PAY.parse(body);
            } catch (Throwable t) {
                thrown = t;
            }

            // Then
            if (thrown != null) {
                assertThat(thrown).as("seed %d run %d", seed, run).isInstanceOf(Refusal.class);
            }
        }
    }

    private static Refusal refuse(byte[] body) {
        Refusal refused = catchThrowableOfType(Refusal.class, () -> PAY.parse(body));
        assertThat(refused).isNotNull();
        return refused;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldTakeEitherSpellingOfANameButNotBoth() {
        // Given
        JsonBody.Schema schema = JsonBody.schema().orCamelCase().required("product_id", JsonBody.text(1, 9));

        // Then
        assertThat(schema.parse("{\"product_id\":\"a\"}".getBytes(UTF_8)).text("product_id")).isEqualTo("a");
        assertThat(schema.parse("{\"productId\":\"a\"}".getBytes(UTF_8)).text("product_id")).isEqualTo("a");
        assertThatThrownBy(() -> schema.parse("{\"productId\":\"a\",\"product_id\":\"a\"}".getBytes(UTF_8)))
                .hasMessageContaining("more than once");
        assertThatThrownBy(() -> JsonBody.schema().required("product_id", JsonBody.text(1, 9))
                .parse("{\"productId\":\"a\"}".getBytes(UTF_8))).isInstanceOf(Refusal.class);
    }

    @Test
    void shouldTakeLineBreaksWhereATextHasLines() {
        // Given
        JsonBody.Schema schema = JsonBody.schema().required("body", JsonBody.lines(1, 20));

        // Then
        assertThat(schema.parse("{\"body\":\"one\\r\\ntwo\\n\\tthree\"}".getBytes(UTF_8)).text("body"))
                .isEqualTo("one\r\ntwo\n\tthree");
        for (String bad : new String[]{"a\\rb", "a\\u0000b", "\\n", "a\\u007fb"}) {
            assertThatThrownBy(() -> schema.parse(("{\"body\":\"" + bad + "\"}").getBytes(UTF_8))).as(bad)
                    .isInstanceOf(Refusal.class);
        }
    }
}
