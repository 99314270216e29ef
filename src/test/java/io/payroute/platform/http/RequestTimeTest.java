package io.payroute.platform.http;

import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RequestTimeTest {

    @ParameterizedTest
    @CsvSource({"2026-11-21T04:03:25Z,2026-11-21T04:03:25Z", "2026-11-21t04:03:25.123456789z,2026-11-21T04:03:25.123456789Z",
            "2026-11-21T04:03:25+05:30,2026-11-20T22:33:25Z", "0001-01-01T00:00:00Z,0001-01-01T00:00:00Z"})
    void shouldReadWhatRfc3339Writes(String text, Instant expected) {
        assertThat(RequestTime.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+999999999-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59-18:00", "0001-01-01T00:00:00+18:00", "2026-11-21", "2026-11-21T04:03Z", "2026-11-21T04:03:25",
            "2026-02-30T00:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T04:03:25+05:30:15", "2026-11-21T04:03:25Z\u0000",
            "2026-11-21T04:03:25+99:00", "\u0662026-11-21T04:03:25Z", ""})
    void shouldTakeNothingElseAsATime(String text) {
        assertThat(RequestTime.parse(text)).isNull();
    }
}
