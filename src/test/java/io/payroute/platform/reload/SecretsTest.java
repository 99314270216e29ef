package io.payroute.platform.reload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(strings = {"+              authPassword: \"RAW(4711)\"", "-          password: 4711", "+      api-key: '4711'",
            "+  chat.token=4711", "+        uri: http:shop.example?authUsername=us&authPassword=4711&x=1",
            "+        - to: smtp:mail.example?password=RAW(4711)", "+      uri: https://us:4711@shop.example/pay",
            "+  clientSecret: 4711", "+  \"sslKeyPassword\": \"4711\"", "+      - accessKey: 4711"})
    void shouldHideTheValueOfAKeyThatLooksLikeASecret(String line) {
        // When
        String masked = Secrets.masked(line);

        // Then
        assertThat(masked).doesNotContain("4711").contains("***");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+              authPassword: \"{{shop.password}}\"", "+        tokenize:",
            "     id: provider-shop",
            "+        uri: http:shop.example?connectTimeout=2000", "+  description: \"Takes the answer: 4711\"",
            "+        excludePattern: CamelHttpPath|X-User-ID", "+              authenticationPreemptive: true"})
    void shouldLeaveWhatIsNone(String line) {
        assertThat(Secrets.masked(line)).isEqualTo(line);
    }

    @Test
    void shouldHideTheValueOfAHeaderThatLooksLikeASecret() {
        // Given
        String diff = """
                         - setHeader:
                             name: Authorization
                             expression:
                               constant:
                -                expression: Bearer 4711
                +                expression: Bearer 4712
                         - setHeader:
                             name: Accept
                             expression:
                               constant:
                                 expression: text/plain""";

        // When
        String masked = Secrets.masked(diff);

        // Then
        assertThat(masked).doesNotContain("471").contains("name: Authorization", "expression: text/plain");
        assertThat(masked.lines()).hasSize(11);
    }

    @Test
    void shouldHideASecretOfManyLines() {
        // Given
        String diff = "+    privateKey: |-\n+      MIIE\n+      4711\n+    id: next";

        // When
        String masked = Secrets.masked(diff);

        // Then
        assertThat(masked).doesNotContain("MIIE", "4711").contains("id: next");
    }
}
