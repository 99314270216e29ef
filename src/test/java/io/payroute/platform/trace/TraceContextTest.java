package io.payroute.platform.trace;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TraceContextTest {

    private static final String IDS = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

    @ParameterizedTest
    @ValueSource(strings = {"00-" + IDS + "-01", "00-" + IDS + "-03", "01-" + IDS + "-01",
            "cc-" + IDS + "-01-what-comes-later"})
    void shouldReadWhatIsWellFormed(String header) {
        // When
        TraceContext context = TraceContext.parse(header);

        // Then
        assertThat(context).isEqualTo(new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true));
        assertThat(context.header()).isEqualTo("00-" + IDS + "-01");
    }

    @Test
    void shouldKnowWhatIsNotRecorded() {
        // When
        TraceContext context = TraceContext.parse("00-" + IDS + "-00");

        // Then
        assertThat(context.sampled()).isFalse();
        assertThat(context.header()).isEqualTo("00-" + IDS + "-00");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"00-" + IDS, "00-" + IDS + "-01-more", "ff-" + IDS + "-01", "00-" + IDS + "-1", "00-" + IDS + "-0g",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "cc-" + IDS + "-01what", " 00-" + IDS + "-01",
            "00-" + IDS + "-01\n", "00-4bf92f3577b34da6a3ce929d0e0e47-00f067aa0ba902b7aa-01"})
    void shouldTakeNothingElse(String header) {
        assertThat(TraceContext.parse(header)).isNull();
    }
}
