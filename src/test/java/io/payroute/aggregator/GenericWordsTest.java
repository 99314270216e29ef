package io.payroute.aggregator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GenericWordsTest {

    @Test
    void shouldKnowTheWordsThatTheGenericFormHasAndNoOther() throws IOException {
        // Given
        Path list = Path.of("src/main/resources/routes/aggregator/generic-events.types.txt");

        // When
        var words = GenericEvents.WORDS.keySet();

        // Then
        assertThat(words).containsExactlyInAnyOrderElementsOf(
                Files.readAllLines(list).stream().filter(line -> !line.startsWith("#")).toList());
    }
}
