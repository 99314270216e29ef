package io.payroute.platform.access;

import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.platform.sql.Sql;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class IdempotencyTest {

    @ParameterizedTest
    @ValueSource(strings = {"payment", "notification"})
    void shouldKnowARepeatedRequestInTheDatabaseOfAnyRole(String role) throws Exception {
        // Given
        TestDatabase database = TestDatabase.create(role);
        Idempotency.Key key = new Idempotency.Key("shop", "order-17", new byte[]{1});
        Idempotency.Key reused = new Idempotency.Key("shop", "order-17", new byte[]{2});
        UUID made = UUID.randomUUID();

        // When
        Optional<UUID> first = claim(database, key, made);
        Optional<UUID> repeated = claim(database, key, UUID.randomUUID());

        // Then
        assertThat(first).isEmpty();
        assertThat(repeated).contains(made);
        assertThatThrownBy(() -> claim(database, reused, UUID.randomUUID())).isInstanceOfSatisfying(Refusal.class,
                refused -> assertThat(refused.type()).isEqualTo("idempotency-key-reused"));
    }

    private static Optional<UUID> claim(TestDatabase database, Idempotency.Key key, UUID resource) throws Exception {
        return Sql.inTransaction(database.dataSource(), connection -> Idempotency.claim(connection, key, resource));
    }
}
