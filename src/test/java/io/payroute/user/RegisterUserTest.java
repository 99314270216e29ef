package io.payroute.user;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.grpc.Status;
import io.grpc.StatusException;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.user.UserCreated;
import io.payroute.proto.user.UserResponse;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RegisterUserTest {

    private static TestDatabase database;

    @TempDir
    Path folder;

    private TestUsers users;

    @BeforeAll
    static void create() {
        database = TestDatabase.create(UserRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
        users = new TestUsers(database, folder);
    }

    @Test
    void shouldMakeAnAccountAndTellOfItInOneCommit() throws Exception {
        // When
        UserResponse made = users.register("Ada@Example.com");

        // Then
        assertThat(made.getEmail()).isEqualTo("Ada@Example.com");
        assertThat(made.getName()).isEqualTo("Ada Lovelace");
        assertThat(database.rows("SELECT id, email, name FROM account"))
                .containsExactly(made.getUserId() + " Ada@Example.com Ada Lovelace");
        List<byte[]> events = Sql.query(database.dataSource(), "SELECT payload FROM outbox WHERE topic = 'user.created'",
                row -> row.getBytes(1));
        assertThat(events).singleElement().satisfies(event -> assertThat(UserCreated.parseFrom(event))
                .isEqualTo(UserCreated.newBuilder().setUserId(made.getUserId()).setEmail("Ada@Example.com")
                        .setName("Ada Lovelace").setCreatedAt(made.getCreatedAt()).build()));
    }

    @Test
    void shouldKeepNoPasswordThatCanBeRead() throws Exception {
        // When
        users.register("ada@example.com");

        // Then
        assertThat(database.value("SELECT password_hash FROM account")).startsWith("$argon2id$");
        assertThat(database
                .value("SELECT a::text || (SELECT string_agg(encode(payload, 'escape'), '') FROM outbox) FROM account a"))
                .doesNotContain(TestUsers.PASSWORD);
    }

    @Test
    void shouldRefuseAnAddressThatHasAnAccountHoweverItIsWritten() throws Exception {
        // Given
        users.register("ada@example.com");

        // When, then
        assertThatExceptionOfType(StatusException.class).isThrownBy(() -> users.register("ADA@example.com"))
                .matches(refusal -> refusal.getStatus().getCode() == Status.Code.ALREADY_EXISTS)
                .matches(refusal -> !refusal.getMessage().contains("@"));
        assertThat(database.count("account")).isOne();
        assertThat(database.count("outbox")).isOne();
    }

    @Test
    void shouldMakeOneAccountForManyWhoAskAtOnce() throws Exception {
        // Given
        ExecutorService callers = Executors.newFixedThreadPool(8);

        // When
        List<Future<UserResponse>> all = IntStream.range(0, 8)
                .mapToObj(i -> callers.submit(() -> users.register(i % 2 == 0 ? "ada@example.com" : "Ada@example.com")))
                .toList();
        long made = all.stream().filter(RegisterUserTest::succeeded).count();
        callers.shutdown();

        // Then
        assertThat(made).isOne();
        assertThat(database.count("account")).isOne();
        assertThat(database.count("outbox")).isOne();
    }

    @Test
    void shouldMakeNoAccountThatNobodyIsToldOf() {
        // Given
        database.execute("ALTER TABLE outbox ADD CONSTRAINT never CHECK (false)");

        try {
            // When
            assertThatThrownBy(() -> users.register("ada@example.com")).hasMessageContaining("never");

            // Then
            assertThat(database.count("account")).isZero();
        } finally {
            database.execute("ALTER TABLE outbox DROP CONSTRAINT never");
        }
    }

    private static boolean succeeded(Future<UserResponse> one) {
        try {
            return one.get() != null;
        } catch (Exception e) {
            return false;
        }
    }
}
