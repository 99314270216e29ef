package io.payroute.platform;

import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;

class IdsTest {

    private static final long YEAR_9999 = 253_402_300_799_000L;

    @Test
    void shouldCarryVersionVariantAndTime() {
        Seeded.check(10_000, random -> {
            // Given
            long millis = random.nextLong(YEAR_9999);

            // When
            UUID id = Ids.of(millis, random.nextLong(), random.nextLong());

            // Then
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(millis);
        });
    }

    @Test
    void shouldOrderByTimeAsText() {
        Seeded.check(10_000, random -> {
            // Given
            long earlier = random.nextLong(YEAR_9999 - 1);
            long later = earlier + 1 + random.nextLong(YEAR_9999 - earlier);

            // When
            String first = Ids.of(earlier, random.nextLong(), random.nextLong()).toString();
            String second = Ids.of(later, random.nextLong(), random.nextLong()).toString();

            // Then
            assertThat(first).isLessThan(second);
        });
    }

    @Test
    void shouldNotRepeat() {
        // When
        Set<UUID> ids = Stream.generate(Ids::next).limit(100_000).collect(Collectors.toSet());

        // Then
        assertThat(ids).hasSize(100_000);
    }
}
