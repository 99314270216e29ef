package io.payroute.user;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class UserRulesTest {

    private static final String EMAIL = "ada@example.com";

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "ada", "ada@", "@example.com", "ada@example", "ada@example.com,eve@example.com",
            "Ada <ada@example.com>", "ada@example.com\n", "ädä@example.com"})
    void shouldTakeOneAddressAlone(String email) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> UserRules.email(email));
    }

    @ParameterizedTest
    @CsvSource({"9,false", "10,true", "128,true", "129,false"})
    void shouldCountTheCharactersOfAPassword(int length, boolean taken) {
        // An emoji is one character, two in Java and four bytes; with a combining accent it would be one more.
        for (String character : new String[]{"a", "\uD83D\uDE00", "e\u0301"}) {
            // Given
            String password = character.repeat(length);

            // When, then
            if (taken) {
                assertThat(UserRules.newPassword(password, EMAIL)).isNotEmpty();
            } else {
                assertThatExceptionOfType(Refusal.class).isThrownBy(() -> UserRules.newPassword(password, EMAIL))
                        .satisfies(refusal -> assertThat(refusal.detail()).doesNotContain(character.repeat(2)));
            }
        }
    }

    @Test
    void shouldTakeAPasswordAsItIsHoweverItsCharactersAreComposed() {
        assertThat(UserRules.password("caf\u00e9 caf\u00e9 caf\u00e9"))
                .isEqualTo(UserRules.password("cafe\u0301 cafe\u0301 cafe\u0301"))
                .isEqualTo(UserRules.newPassword("cafe\u0301 cafe\u0301 cafe\u0301", EMAIL));
        assertThat(UserRules.password("  a password with blanks ")).startsWith("  a").endsWith(" ");
    }

    @Test
    void shouldTakeNoAddressForAPassword() {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> UserRules.newPassword("Ada@Example.COM", EMAIL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "Ada\nLovelace", "Ada\u0000"})
    void shouldRefuseANameThatIsNone(String name) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> UserRules.name(name));
    }

    @Test
    void shouldTakeANameOfAHundredCharacters() {
        assertThat(UserRules.name(" " + "\uD83D\uDE00".repeat(100) + " ")).hasSize(200);
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> UserRules.name("a".repeat(101)));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7,192.0.2.7", "2001:db8:1:2:3:4:5:6,2001:db8:1:2:0:0:0:0", "::1,0:0:0:0:0:0:0:0",
            "::ffff:192.0.2.7,192.0.2.7"})
    void shouldCountAnAddressOfVersion6ByItsNetwork(String address, String source) {
        assertThat(UserRules.source(address)).isEqualTo(source);
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "1", "192.0.2", "192.0.2.256", "fe80::1%eth0", "a", ":"})
    void shouldLookUpNoNameForAnAddress(String address) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> UserRules.source(address));
    }
}
