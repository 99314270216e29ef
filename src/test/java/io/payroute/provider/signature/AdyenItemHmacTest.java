package io.payroute.provider.signature;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.payroute.provider.signature.Requests.request;
import static io.payroute.provider.signature.Requests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

/** With the vectors of Adyen's libraries for Ruby (hmac_validator_spec), PHP (HmacSignatureTest) and .NET (UtilTest). */
class AdyenItemHmacTest {

    private static final String KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
    private static final String PHP_KEY = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
    private static final String ESCAPE_KEY = "74F490DD33F7327BAECC88B2947C011FC02D014A473AAA33A8EC93E4DC069174";
    private static final String SIGNATURE = "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=";
    private static final String GOOD = item("7914073381342284", "TestMerchant", "TestPayment-1407325143704", 1130, SIGNATURE);

    private final AdyenItemHmac scheme = new AdyenItemHmac();

    @ParameterizedTest
    @CsvSource({KEY + ", coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=",
            PHP_KEY + ", Ny9gS2veKo5E4w8/OL6xz1/wvT/hYkAXy1xNc/QvO4I="})
    void shouldTakeThePublishedVectors(String key, String signature) {
        // When
        String verdict = verdict(scheme,
                batch(item("7914073381342284", "TestMerchant", "TestPayment-1407325143704", 1130, signature)), key);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldJoinColonsAsTheyAre() {
        // When
        String verdict = verdict(scheme, batch(item("M8NB66SBZSGLNK82", "AntoniStroinski", ":slashes are fun", 1000,
                "2EQYm7YJpKO4EtHSPu55SQTyWf8dkW5u2nD1tJFpViA=")), ESCAPE_KEY);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldJoinBackslashesAsTheyAre() {
        // When
        String verdict = verdict(scheme, batch(item("ZVWN7D3WSMK2WN82", "AntoniStroinski", "\\\\:/\\\\/slashes are fun", 1000,
                "CZErGCNQaSsxbaQfZaJlakqo7KPP+mIa8a+wx3yNs9A=")), ESCAPE_KEY);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @Test
    void shouldTakeTheOldAndTheNewKeyWhileTheyRotate() {
        // When
        String verdict = verdict(scheme, batch(GOOD), PHP_KEY, KEY);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7914073381342284", "TestMerchant", "TestPayment-1407325143704", "1130", "EUR", "AUTHORISATION",
            "\"true\""})
    void shouldRefuseAnyOtherSignedValue(String value) {
        // Given
        String other = value.equals("1130") ? "1131" : value.replaceFirst("[a-zA-Z0-9]", "x");

        // When
        String verdict = verdict(scheme, batch(GOOD.replace(value, other)), KEY);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @Test
    void shouldRefuseAReferenceThatWasNotSigned() {
        // When
        String verdict = verdict(scheme, batch(GOOD.replaceFirst("\\{", "{\"originalReference\":\"1\",")), KEY);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @Test
    void shouldRefuseAnotherKey() {
        // When
        String verdict = verdict(scheme, batch(GOOD), PHP_KEY);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @Test
    void shouldRefuseABatchForOneBadItem() {
        // When
        String verdict = verdict(scheme, batch(GOOD, GOOD.replace("1130", "1"), GOOD), KEY);

        // Then
        assertThat(verdict).isEqualTo("mismatch");
    }

    @Test
    void shouldTakeABatchOfGoodItems() {
        // When
        String verdict = verdict(scheme, batch(GOOD, GOOD, GOOD), KEY);

        // Then
        assertThat(verdict).isEqualTo("holds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "garbage", "{\"notificationItems\":[]}", "{\"notificationItems\":{}}",
            "{\"notificationItems\":[{}]}", "{\"notificationItems\":[{\"NotificationRequestItem\":{}}]}",
            "{\"notificationItems\":[],\"notificationItems\":[]}"})
    void shouldRefuseWhatCarriesNoSignature(String body) {
        // When
        String verdict = verdict(scheme, request(body, Map.of()), KEY);

        // Then
        assertThat(verdict).isEqualTo("malformed");
    }

    @Test
    void shouldRefuseAValueThatStandsTwice() {
        // When
        String verdict = verdict(scheme, batch(GOOD.replaceFirst("\\{", "{\"success\":\"false\",")), KEY);

        // Then
        assertThat(verdict).isEqualTo("malformed");
    }

    @Test
    void shouldWantAKeyInHexadecimal() {
        // When
        String refusal = scheme.refusalOf("a secret of more than sixteen characters");

        // Then
        assertThat(refusal).contains("64 hexadecimal digits");
        assertThat(scheme.refusalOf(KEY)).isNull();
    }

    private static SignedRequest batch(String... items) {
        return request(Arrays.stream(items).map(item -> "{\"NotificationRequestItem\":" + item + "}")
                .collect(Collectors.joining(",", "{\"live\":\"false\",\"notificationItems\":[", "]}")), Map.of());
    }

    private static String item(String reference, String account, String merchantReference, long value, String signature) {
        return """
                {"additionalData":{"hmacSignature":"%s"},"amount":{"value":%d,"currency":"EUR"},"pspReference":"%s",\
                "eventCode":"AUTHORISATION","eventDate":"2023-01-10T13:42:29+01:00","merchantAccountCode":"%s",\
                "merchantReference":"%s","paymentMethod":"visa","success":"true"}"""
                .formatted(signature, value, reference, account, merchantReference);
    }
}
