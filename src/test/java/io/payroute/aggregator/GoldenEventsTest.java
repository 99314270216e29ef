package io.payroute.aggregator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** Events as the providers publish them, and what the packaged files make of all of them together. */
class GoldenEventsTest {

    private static final Path EVENTS = Path.of("src/test/resources/aggregator");

    @Test
    void shouldMakeOfProvidersEventsWhatTheGoldenFileSays() throws Exception {
        // Given
        TestDatabase database = TestDatabase.create(AggregatorRole.NAME);
        List<String> records = new ArrayList<>();
        try (Stream<Path> files = Files.walk(EVENTS)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".json")).sorted().toList()) {
                records.add("payments.raw." + file.getParent().getFileName());
                records.add(Files.readString(file));
            }
        }

        // When
        try (AggregatorBed bed = new AggregatorBed(AggregatorBed.store(database))) {
            bed.consume(records.toArray(String[]::new));
            assertThat(bed.dead).isEmpty();
        }

        // Then
        assertThat(Sql.query(database.dataSource(), "SELECT " + PaymentRows.COLUMNS + ", p.processed_at FROM payment p",
                row -> PaymentLine.of(PaymentRows.message(row)))).containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(EVENTS.resolve("golden.txt")));
    }
}
