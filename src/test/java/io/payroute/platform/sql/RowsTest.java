package io.payroute.platform.sql;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class RowsTest {

    private record Row(UUID id, String word, Integer small, Long large, Boolean yes, byte[] bytes, Instant at, String json) {
    }

    private static final Rows<Row> ROWS = new Rows<Row>().uuid("id", Row::id).text("word", Row::word).int4("small", Row::small)
            .int8("large", Row::large).bool("yes", Row::yes).bytea("bytes", Row::bytes).timestamptz("at", Row::at)
            .jsonb("json", Row::json);
    private static final String READ = "SELECT json, at = '2026-01-02T03:04:05Z', encode(bytes, 'hex'), yes, large, small, word, id, "
            + "?::text FROM %s";
    private static final Row ROW = new Row(new UUID(1, 2), "word", 3, 4L, true, new byte[]{5},
            Instant.parse("2026-01-02T03:04:05Z"), "{}");
    private static final Row NOTHING = new Row(null, null, null, null, null, null, null, null);
    private static TestDatabase database;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @Test
    void shouldNameEachColumnWhereItsValueIsGiven() {
        // When
        String unnest = new Rows<Row>().uuid("id", Row::id).int4("small", Row::small).unnest();

        // Then
        assertThat(unnest).isEqualTo("unnest(?::uuid[], ?::int4[]) AS t(id, small)");
    }

    @Test
    void shouldGiveEachValueUnderTheNameOfItsColumn() {
        // When
        List<String> read = database.rows(READ.formatted(ROWS.unnest()), "before", ROWS.of(List.of(ROW, NOTHING)));

        // Then
        assertThat(read).containsExactly("{} t 05 t 4 3 word " + ROW.id() + " before",
                "null null null null null null null null before");
    }

    @Test
    void shouldGiveParametersBehindTheRowsTheirPlaces() {
        // When
        List<String> read = database.rows("SELECT word, n, ?::int4 FROM " + ROWS.unnestNumbered("n") + " WHERE n > ?", 7,
                ROWS.of(List.of(NOTHING, ROW)), 1);

        // Then
        assertThat(read).containsExactly("word 2 7");
    }
}
