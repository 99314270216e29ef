package io.payroute.platform;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class WordsTest {

    private static final List<String> KNOWN = List.of("setBody", "setHeader", "to", "toD", "removeHeaders", "removeHeader");

    @ParameterizedTest
    @CsvSource({"setBodyy, setBody", "set-body, setBody", "removeheaders, removeHeaders removeHeader", "slack, ''", "x, ''"})
    void shouldNameOnlyWhatIsNear(String written, String near) {
        assertThat(String.join(" ", Words.near(KNOWN, written))).isEqualTo(near);
    }
}
