package io.payroute.platform;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

class CausesTest {

    @Test
    void shouldTellTypesAndMessagesFromTheOutsideIn() {
        // When
        String text = Causes.brief(new IllegalStateException("outer", new IllegalArgumentException("inner")));

        // Then
        assertThat(text).isEqualTo("IllegalStateException: outer < IllegalArgumentException: inner");
    }

    @Test
    void shouldMaskEmailAddresses() {
        // When
        String text = Causes.mask("550 No such user: <ada.lovelace+pay@example.com> (to='bob@example.org')");

        // Then
        assertThat(text).doesNotContain("ada", "lovelace", "example", "bob").contains("550 No such user: <***@***>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005"})
    void shouldMaskCardNumbers(String number) {
        // When
        String text = Causes.mask("card " + number + " refused");

        // Then
        assertThat(text).isEqualTo("card **** refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer s3cr3t-value", "password=s3cr3t-value", "api_key: s3cr3t-value",
            "TOKEN s3cr3t-value", "secret = s3cr3t-value"})
    void shouldMaskTokensAndPasswords(String text) {
        // When
        String masked = Causes.mask(text);

        // Then
        assertThat(masked).doesNotContain("s3cr3t").endsWith("***");
    }

    @Test
    void shouldStayOneBoundedLineWithoutCardNumbersWhateverTheMessage() {
        Seeded.check(2_000, random -> {
            // Given
            String card = Seeded.text(random, "0123456789", 16);
            String noise = Seeded.text(random, "ab \n\r\t\u0000\u0007\u001b;=", random.nextInt(900));

            // When
            String text = Causes.brief(new IllegalStateException(noise + "\n" + card + "\n" + noise));

            // Then
            assertThat(text).hasSizeLessThanOrEqualTo(500).doesNotContain(card).doesNotMatch("(?s).*\\p{Cntrl}.*");
        });
    }

    @Test
    void shouldEndWithCircularCauses() {
        // Given
        IllegalStateException outer = new IllegalStateException("outer");
        outer.initCause(new IllegalStateException("inner", outer));

        // When
        String text = Causes.brief(outer);

        // Then
        assertThat(text).startsWith("IllegalStateException: outer < IllegalStateException: inner");
    }
}
