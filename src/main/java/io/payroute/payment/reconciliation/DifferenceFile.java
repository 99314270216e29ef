package io.payroute.payment.reconciliation;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.money.Money;
import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;
import io.vertx.core.json.JsonObject;

/**
 * The report of a run: a CSV file (RFC 4180) with one line a difference, in {@code payment.reconciliation.directory}. It is written
 * whole or not at all, and again where it is missing: another process may have made the run.
 */
@ApplicationScoped
class DifferenceFile {

    private static final int BATCH = 500;
    private static final List<String> COLUMNS = List.of("kind", "payment_id", "reference", "our_status", "their_status",
            "our_currency", "their_currency", "our_amount", "their_amount", "our_captured", "their_captured", "our_refunded",
            "their_refunded", "repair");
    private static final String END_OF_LINE = "\r\n";
    private static final String PAGE = """
            SELECT * FROM reconciliation_difference WHERE reconciliation_id = ? AND id > ? ORDER BY id LIMIT ?""";

    /** @param values one for each column, null where there is none */
    private record Line(long id, List<String> values) {

        String text() {
            return values.stream().map(DifferenceFile::field).collect(Collectors.joining(",", "", END_OF_LINE));
        }
    }

    private final DataSource dataSource;
    private final Path directory;

    DifferenceFile(RoleDatabases databases, @ConfigProperty(name = "payment.reconciliation.directory") String directory) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.directory = Path.of(directory);
    }

    Path of(Reconciliation run) throws Exception {
        Path file = path(run);
        return Files.exists(file) ? file : write(run);
    }

    Path write(Reconciliation run) throws Exception {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, "reconciliation", ".part");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(part)) {
                writeLines(run, out);
            }
            return Files.move(part, path(run), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** A line by column. */
    static JsonObject json(ResultSet row) throws SQLException {
        JsonObject json = new JsonObject();
        List<String> values = line(row).values();
        for (int i = 0; i < COLUMNS.size(); i++) {
            json.put(COLUMNS.get(i), values.get(i));
        }
        return json;
    }

    private Path path(Reconciliation run) {
        String day = run.from().toString().substring(0, 10);
        return directory.resolve(run.provider().replaceAll("[^a-z0-9-]", "_") + "-" + day + "-" + run.id() + ".csv");
    }

    private void writeLines(Reconciliation run, BufferedWriter out) throws IOException, SQLException {
        out.write(String.join(",", COLUMNS) + END_OF_LINE);
        long after = 0;
        List<Line> lines;
        do {
            lines = Sql.query(dataSource, PAGE, DifferenceFile::line, run.id(), after, BATCH);
            for (Line line : lines) {
                out.write(line.text());
                after = line.id();
            }
        } while (lines.size() == BATCH);
    }

    private static Line line(ResultSet row) throws SQLException {
        String ours = row.getString("our_currency");
        String theirs = row.getString("their_currency");
        return new Line(row.getLong("id"), Arrays.asList(row.getString("kind"), row.getString("payment_id"),
                row.getString("reference"), row.getString("our_status"), row.getString("their_status"), ours, theirs,
                amount(row, "our_minor", ours), amount(row, "their_minor", theirs), amount(row, "our_captured", ours),
                amount(row, "their_captured", theirs), amount(row, "our_refunded", ours), amount(row, "their_refunded", theirs),
                row.getString("effect")));
    }

    private static String amount(ResultSet row, String column, String currency) throws SQLException {
        long minor = row.getLong(column);
        return row.wasNull() || currency == null ? null : new Money(minor, currency).toDecimalText();
    }

    /** What begins like a formula is a text for the program that opens the file. */
    static String field(String value) {
        if (value == null) {
            return "";
        }
        String text = value.matches("(?s)[=+@\\t\\r-].*") ? "'" + value : value;
        return text.matches("(?s).*[\",\\r\\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
