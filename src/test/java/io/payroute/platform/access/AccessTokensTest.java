package io.payroute.platform.access;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AccessTokensTest {

    private static final String SECRET = "0123456789abcdef:123456789abcdef";

    @Test
    void shouldGiveATokenWithoutScopesAllOfThem() {
        assertThat(AccessTokens.parse("PAYROUTE_HTTP_TOKENS", "shop:" + SECRET).callerOf(SECRET))
                .isEqualTo(new Caller("shop", "shop", null, Scope.ALL));
    }

    @Test
    void shouldGiveATokenItsScopesAlone() {
        // When
        AccessTokens tokens = AccessTokens.parse("PAYROUTE_HTTP_TOKENS",
                "desk[payments:read+refunds:write]:" + SECRET + ",shop:" + SECRET + "2");

        // Then
        assertThat(tokens.callerOf(SECRET).scopes()).isEqualTo(Set.of(Scope.PAYMENTS_READ, Scope.REFUNDS_WRITE));
        assertThat(tokens.callerOf(SECRET + "2").name()).isEqualTo("shop");
        assertThat(tokens.callerOf(SECRET + "3")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "shop:short", ":" + SECRET, "shop:" + SECRET + ",shop:" + SECRET, "shop[]:" + SECRET,
            "shop[payment:read]:" + SECRET, "shop[payments:read+]x:" + SECRET, "shop[payments:read:" + SECRET})
    void shouldNotStartWithAnEntryThatIsWrong(String configured) {
        assertThatIllegalStateException().isThrownBy(() -> AccessTokens.parse("PAYROUTE_HTTP_TOKENS", configured))
                .withMessageContaining("PAYROUTE_HTTP_TOKENS")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
    }
}
