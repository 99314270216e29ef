package io.payroute.platform.http;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AddressCheckTest {

    @ParameterizedTest
    @ValueSource(strings = {"/pay", "/api/v1/payments?user_id=a%20b&status=%41", "/?x=%C3%A4", "/?x=%f0%9f%98%80", "/?x=%00"})
    void shouldReadWhatIsUtf8(String uri) {
        // When
        boolean readable = AddressCheck.isReadable(uri);

        // Then
        assertThat(readable).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%4", "/%zz", "/%4g", "/%-1", "/%\uff14\uff11", "/?x=%ff", "/?x=%C3&y=%A4", "/?x=%ED%A0%80",
            "/?x=%C0%80", "/?x=\u00e4", "/\u00c3\u00a4"})
    void shouldNotReadWhatIsNone(String uri) {
        // When
        boolean readable = AddressCheck.isReadable(uri);

        // Then
        assertThat(readable).isFalse();
    }
}
