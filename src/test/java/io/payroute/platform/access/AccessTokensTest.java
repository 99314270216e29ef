package io.payroute.platform.access;

import java.util.Set;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.payment.PaymentAccess;
import io.payroute.toy.ToyRole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AccessTokensTest {

    private static final String SECRET = "0123456789abcdef:123456789abcdef";

    @Test
    void shouldGiveATokenWithoutScopesAllOfThem() {
        assertThat(AccessTokens.parse("PAYROUTE_HTTP_TOKENS", "shop:" + SECRET, TestEdge.SCOPES).callerOf(SECRET))
                .isEqualTo(new Caller("shop", "shop", null, TestEdge.SCOPES.all()));
    }

    @Test
    void shouldGiveATokenItsScopesAlone() {
        // When
        AccessTokens tokens = AccessTokens.parse("PAYROUTE_HTTP_TOKENS",
                "desk[payments:read+refunds:write]:" + SECRET + ",shop:" + SECRET + "2", TestEdge.SCOPES);

        // Then
        assertThat(tokens.callerOf(SECRET).scopes()).isEqualTo(Set.of(PaymentAccess.READ, PaymentAccess.REFUND));
        assertThat(tokens.callerOf(SECRET + "2").name()).isEqualTo("shop");
        assertThat(tokens.callerOf(SECRET + "3")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "shop:short", ":" + SECRET, "shop:" + SECRET + ",shop:" + SECRET, "shop[]:" + SECRET,
            "shop[payment:read]:" + SECRET, "shop[payments:read+]x:" + SECRET, "shop[payments:read:" + SECRET})
    void shouldNotStartWithAnEntryThatIsWrong(String configured) {
        assertThatIllegalStateException()
                .isThrownBy(() -> AccessTokens.parse("PAYROUTE_HTTP_TOKENS", configured, TestEdge.SCOPES))
                .withMessageContaining("PAYROUTE_HTTP_TOKENS")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
    }

    @Test
    void shouldNameTheScopesThereAreWhenOneIsUnknown() {
        // Given
        Scopes scopes = new Scopes(Stream.of(ToyRole.ACCESS));

        // When
        ThrowingCallable unknown = () -> AccessTokens.parse("PAYROUTE_HTTP_TOKENS", "shop[payments:read]:" + SECRET, scopes);

        // Then
        assertThatIllegalStateException().isThrownBy(unknown).withMessageContaining("'payments:read', which does not exist")
                .withMessageEndingWith("there are greetings:any greetings:send keys:manage operate");
    }

    /** A role that a token was not made for must not open others' things. */
    @Test
    void shouldLetASubjectBeMoreThanOneUserByEveryRolesScopeOnly() {
        // Given
        Scopes scopes = new Scopes(Stream.of(PaymentAccess.RULES, ToyRole.ACCESS));

        // When
        Caller some = Caller.ofSubject("ada", scopes.among("payments:read payments:any"), scopes);
        Caller all = Caller.ofSubject("ada", scopes.among("payments:read payments:any greetings:any"), scopes);

        // Then
        assertThat(some.user()).isEqualTo("ada");
        assertThat(all.user()).isNull();
    }
}
