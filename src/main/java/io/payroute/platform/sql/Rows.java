package io.payroute.platform.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Many rows of one statement, an array a column. Each column is named where its values are given, and the statement takes names
 * and types from here, so no value can end up in another's place. A constant beside its statement, which is built once:
 *
 * <pre>
 * Rows&lt;Task&gt; ROWS = new Rows&lt;Task&gt;().uuid("id", Task::id).int4("attempts", Task::attempts);
 * String DONE = "DELETE FROM work w USING %s WHERE w.id = t.id AND w.attempts = t.attempts".formatted(ROWS.unnest());
 * Sql.update(dataSource, DONE, ROWS.of(tasks));
 * </pre>
 */
public final class Rows<T> {

    private record Field<T>(String name, String type, Function<? super T, ?> value) {
    }

    /** The arrays of one batch: one argument for all parameters of {@link #unnest}. */
    record Batch(List<Sql.Column> columns) {
    }

    private final List<Field<T>> fields;

    public Rows() {
        this(List.of());
    }

    private Rows(List<Field<T>> fields) {
        this.fields = fields;
    }

    public Rows<T> text(String name, Function<? super T, String> value) {
        return with(name, "text", value);
    }

    public Rows<T> uuid(String name, Function<? super T, UUID> value) {
        return with(name, "uuid", value);
    }

    public Rows<T> int4(String name, Function<? super T, Integer> value) {
        return with(name, "int4", value);
    }

    public Rows<T> int8(String name, Function<? super T, Long> value) {
        return with(name, "int8", value);
    }

    public Rows<T> bool(String name, Function<? super T, Boolean> value) {
        return with(name, "bool", value);
    }

    public Rows<T> bytea(String name, Function<? super T, byte[]> value) {
        return with(name, "bytea", value);
    }

    public Rows<T> timestamptz(String name, Function<? super T, Instant> value) {
        return with(name, "timestamptz", value);
    }

    public Rows<T> jsonb(String name, Function<? super T, String> value) {
        return with(name, "jsonb", value);
    }

    private Rows<T> with(String name, String type, Function<? super T, ?> value) {
        List<Field<T>> more = new ArrayList<>(fields);
        more.add(new Field<>(name, type, value));
        return new Rows<>(List.copyOf(more));
    }

    /** What the statement reads from: the columns by their names, as a table {@code t}. */
    public String unnest() {
        return arrays() + " AS t(" + names() + ")";
    }

    /** The same, with one column more, the number of the row in the batch. */
    public String unnestNumbered(String number) {
        return arrays() + " WITH ORDINALITY AS t(" + names() + ", " + number + ")";
    }

    private String arrays() {
        return fields.stream().map(field -> "?::" + field.type() + "[]").collect(Collectors.joining(", ", "unnest(", ")"));
    }

    private String names() {
        return fields.stream().map(Field::name).collect(Collectors.joining(", "));
    }

    /** One argument for {@link Sql}, in the place of {@link #unnest} among the parameters. */
    public Object of(List<? extends T> rows) {
        return new Batch(fields.stream().map(field -> Sql.<T>column(field.type(), rows, field.value()::apply)).toList());
    }
}
