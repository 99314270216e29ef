package io.payroute.platform.outbox;

import java.util.Arrays;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

class OutboxTest {

    @Test
    void shouldGiveAKeyTheSameShardAlways() {
        Seeded.check(1_000, random -> {
            // Given
            byte[] key = new byte[random.nextInt(50)];
            random.nextBytes(key);

            // When
            int shard = Outbox.shard(key);

            // Then
            assertThat(shard).isBetween(0, Outbox.SHARDS - 1).isEqualTo(Outbox.shard(key.clone()));
        });
    }

    @Test
    void shouldKeepTheShardsOfRowsThatAnEarlierVersionWrote() {
        // When
        int shard = Outbox.shard(Outbox.key("3f2b8c1e-0000-7000-8000-000000000001"));

        // Then
        assertThat(shard).isEqualTo(1);
        assertThat(Outbox.shard(null)).isZero();
    }

    @Test
    void shouldSpreadKeysOverAllShards() {
        // Given
        int[] rows = new int[Outbox.SHARDS];

        // When
        for (int i = 0; i < 4_000; i++) {
            rows[Outbox.shard(Outbox.key(UUID.nameUUIDFromBytes(new byte[]{(byte) i, (byte) (i >> 8)}).toString()))]++;
        }

        // Then
        assertThat(Arrays.stream(rows).boxed()).allMatch(count -> count > 800);
    }

    @Test
    void shouldIdentifyAMessageByItsPosition() {
        // When
        String id = EventEnvelope.idOfPosition("payment-topic", 2, 41, 9);

        // Then
        assertThat(id).isEqualTo(EventEnvelope.idOfPosition("payment-topic", 2, 41, 9))
                .isNotEqualTo(EventEnvelope.idOfPosition("payment-topic", 2, 42, 9))
                .isNotEqualTo(EventEnvelope.idOfPosition("payment-topic", 24, 1, 9))
                .isNotEqualTo(EventEnvelope.idOfPosition("payment-topic", 2, 41, 10))
                .isNotEqualTo(EventEnvelope.idOfPosition("other-topic", 2, 41, 9));
    }

    @Test
    void shouldTellApartEqualIdsOfTwoSources() {
        // Given
        String ofShop = EventEnvelope.identity("/shop", "1");

        // When
        String ofDesk = EventEnvelope.identity("/desk", "1");

        // Then
        assertThat(ofDesk).isNotEqualTo(ofShop).isEqualTo(EventEnvelope.identity("/desk", "1"));
        assertThat(EventEnvelope.identity(null, "1")).isEqualTo("1").isEqualTo(EventEnvelope.identity("/payroute", "1"));
        assertThat(EventEnvelope.identity(null, "x".repeat(500))).hasSize(36);
    }
}
