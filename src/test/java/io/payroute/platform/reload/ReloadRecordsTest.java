package io.payroute.platform.reload;

import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.reload.Reload.Result;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

class ReloadRecordsTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    private final DataSource dataSource = DATABASE.dataSource();
    private final ReloadRecords records = new ReloadRecords(dataSource);

    @BeforeEach
    void clear() {
        DATABASE.execute("TRUNCATE route_reload");
    }

    @Test
    void shouldRecordAReloadBeforeItBeginsAndItsEndInItsPlace() throws Exception {
        // When
        ReloadRecords.Open record = records.begin(reload(Result.STARTED));
        List<Reload> meanwhile = records.latest();
        record.end(reload(Result.RELOADED));

        // Then
        assertThat(meanwhile).extracting(Reload::result).containsExactly(Result.STARTED);
        assertThat(records.latest()).extracting(Reload::result).containsExactly(Result.RELOADED);
    }

    @Test
    void shouldMarkWhatAProcessLeftWhenItWasKilled() throws Exception {
        // Given
        ReloadRecords.Open left = new ReloadRecords(dataSource).begin(reload(Result.STARTED));
        left.planned(new Reload(Instant.now(), "op", Result.STARTED, List.of("payment-x"), List.of(), List.of(),
                List.of(), "+ a", List.of()));
        DATABASE.endConnections();

        // When
        records.interrupted();

        // Then
        assertThat(records.latest()).singleElement().satisfies(one -> {
            assertThat(one.result()).isEqualTo(Result.INTERRUPTED);
            assertThat(one.added()).containsExactly("payment-x");
            assertThat(one.diff()).isEqualTo("+ a");
        });
    }

    @Test
    void shouldLeaveTheReloadOfAnotherProcessThatIsUnderWay() throws Exception {
        // Given
        ReloadRecords.Open underWay = records.begin(reload(Result.STARTED));

        // When
        new ReloadRecords(dataSource).interrupted();

        // Then
        assertThat(records.latest()).extracting(Reload::result).containsExactly(Result.STARTED);
        underWay.end(reload(Result.UNCHANGED));
        assertThat(records.latest()).extracting(Reload::result).containsExactly(Result.UNCHANGED);
    }

    /** The database was away while the routes were changed. */
    @Test
    void shouldRecordTheEndWhenItsConnectionBroke() throws Exception {
        // Given
        ReloadRecords.Open record = records.begin(reload(Result.STARTED));
        DATABASE.endConnections();

        // When
        record.end(reload(Result.RELOADED));

        // Then
        assertThat(records.latest()).extracting(Reload::result).containsExactly(Result.RELOADED);
    }

    private static Reload reload(Result result) {
        return Reload.failed("op", result, List.of());
    }
}
