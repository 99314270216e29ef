package io.payroute.architecture;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import io.payroute.payment.model.PaymentRole;
import io.payroute.platform.Roles;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The texts that the classes of the application hold as constants, and how PostgreSQL would run one that is a statement. */
final class Statements {

    private static final int BATCH = 500;
    /** Read once: it takes more than a second. */
    static final List<Named> ALL = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.payroute").stream().flatMap(Statements::constants).toList();

    /** @param role whose database it is for; what every role has is tried with the payments' */
    record Named(String name, String sql, String role) {

        @Override
        public String toString() {
            return name;
        }
    }

    private Statements() {
    }

    private static Stream<Named> constants(JavaClass type) {
        return type.getFields().stream().filter(field -> field.getRawType().isEquivalentTo(String.class))
                .map(field -> field.reflect()).filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(field -> new Named(type.getSimpleName() + '.' + field.getName(), value(field), role(type)))
                .filter(one -> one.sql() != null);
    }

    private static String role(JavaClass type) {
        String first = type.getPackageName().split("[.]")[2];
        return Roles.ALL.contains(first) ? first : PaymentRole.NAME;
    }

    private static String value(Field field) {
        try {
            field.setAccessible(true);
            String sql = (String) field.get(null);
            return sql == null ? null : sql.replace(Sql.PLANNED_ONCE, "");
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonObject custom(TestDatabase database, Named statement) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN (FORMAT JSON) " + statement.sql());
                PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
            ParameterMetaData types = prepared.getParameterMetaData();
            for (int i = 1; i <= types.getParameterCount(); i++) {
                String type = types.getParameterTypeName(i);
                explain.setObject(i,
                        type.startsWith("_")
                                ? connection.createArrayOf(type.substring(1), batch(type.substring(1)))
                                : batch(type)[0]);
            }
            return plan(explain.executeQuery());
        }
    }

    private static Object[] batch(String type) {
        Object[] values = type.equals("bytea") ? new byte[BATCH][] : new Object[BATCH];
        Arrays.setAll(values, i -> switch (type) {
            case "uuid" -> new UUID(i, i);
            case "int4", "int2" -> i + 250;
            case "int8" -> i + 250L;
            case "float8" -> i + 60.0;
            case "bool" -> i % 2 == 0;
            case "bytea" -> new byte[]{1};
            case "timestamptz" -> "2026-01-01T00:00:00Z";
            case "jsonb" -> "{}";
            default -> "e" + i;
        });
        return values;
    }

    static JsonObject generic(TestDatabase database, Named statement) throws SQLException {
        String[] parts = statement.sql().split("\\?", -1);
        StringBuilder numbered = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            numbered.append('$').append(i).append(parts[i]);
        }
        try (Connection connection = database.dataSource().getConnection(); Statement explain = connection.createStatement()) {
            explain.execute("SET plan_cache_mode = force_generic_plan");
            explain.execute("PREPARE batch AS " + numbered);
            try {
                return plan(explain.executeQuery("EXPLAIN (FORMAT JSON) EXECUTE batch ("
                        + String.join(", ", Collections.nCopies(parts.length - 1, "NULL")) + ")"));
            } finally {
                explain.execute("DEALLOCATE batch; RESET plan_cache_mode");
            }
        }
    }

    private static JsonObject plan(ResultSet row) throws SQLException {
        row.next();
        return new JsonArray(row.getString(1)).getJsonObject(0).getJsonObject("Plan");
    }
}
