package io.payroute.platform.kafka;

import java.sql.SQLException;
import java.util.List;
import java.util.function.BiConsumer;

import io.payroute.platform.Transient;

/** Writes many rows in one statement although the database may refuse some of them for ever. */
public final class Poison {

    @FunctionalInterface
    public interface Insert<T> {
        void insert(List<T> rows) throws SQLException;
    }

    private Poison() {
    }

    /**
     * Writes all rows but those that the database refuses for ever; to find these it halves what was refused.
     *
     * @param insert one transaction
     * @param refused told each row that cannot be written, and why
     * @throws SQLException when the database is unavailable; some rows may be written
     */
    public static <T> void sort(List<T> rows, Insert<T> insert, BiConsumer<T, SQLException> refused) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try {
            insert.insert(rows);
        } catch (SQLException e) {
            if (Transient.is(e)) {
                throw e;
            }
            if (rows.size() == 1) {
                refused.accept(rows.get(0), e);
                return;
            }
            sort(rows.subList(0, rows.size() / 2), insert, refused);
            sort(rows.subList(rows.size() / 2, rows.size()), insert, refused);
        }
    }
}
