package io.payroute.notification;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.com", "a.b+c@sub.example.co", "o'neil@example.test", "x@a-b.de"})
    void shouldTakeAnAddress(String address) {
        // When
        boolean taken = Rules.isEmail(address);

        // Then
        assertThat(taken).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ada", "ada@localhost", "a@b.c,d@e.f", "a@b.c\r\nBcc: d@e.f", "a@b.c\n", "\"a b\"@c.de",
            "Ada <ada@example.com>", ".a@b.cd", "a..b@c.de", "a@-b.cd", "a@b..cd", "ä@example.com", "a@b.cd "})
    void shouldRefuseWhatIsNotOneAddress(String address) {
        // When
        boolean taken = Rules.isEmail(address);

        // Then
        assertThat(taken).isFalse();
    }

    @Test
    void shouldRefuseALocalPartThatIsTooLong() {
        // Given
        String address = "a".repeat(65) + "@example.com";

        // When
        boolean taken = Rules.isEmail(address);

        // Then
        assertThat(taken).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4915112345678", "+0123456789", "+49 151 12345678", "+49151123456789012", "+49151\n"})
    void shouldRefuseWhatIsNotAPhoneNumber(String number) {
        // When
        // Then
        assertThatThrownBy(() -> Rules.phoneNumber("phone_number", number)).isInstanceOf(Refusal.class)
                .hasMessageStartingWith("phone_number must be an E.164 number");
    }

    @ParameterizedTest
    @CsvSource({"user-1,user-1@customers.test", "a.b,a.b@customers.test", "'a b,c@d',a-b-c-d@customers.test",
            "'\r\nBcc: x',Bcc-x@customers.test", "§§,customer@customers.test", ".dots.,dots@customers.test"})
    void shouldMakeATestAddressOfAnyUser(String userId, String expected) {
        // When
        String address = Rules.testAddress(userId);

        // Then
        assertThat(address).isEqualTo(expected);
        assertThat(Rules.isEmail(address)).isTrue();
    }
}
