package io.payroute.payment.query;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;
import io.payroute.testing.Seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class PageCursorTest {

    @Test
    void shouldReadWhatItWrote() {
        Seeded.check(1_000, random -> {
            // Given
            PageCursor cursor = new PageCursor(
                    Instant.EPOCH.plus(1 + random.nextLong(1_700_000_000_000_000L), ChronoUnit.MICROS),
                    new UUID(random.nextLong(), random.nextLong()));

            // When
            String text = cursor.encode();

            // Then
            assertThat(PageCursor.decode(text)).isEqualTo(cursor);
            assertThat(text).matches("[A-Za-z0-9_-]+");
        });
    }

    @Test
    void shouldRefuseWhatItDidNotWrite() {
        Seeded.check(1_000, random -> {
            // Given
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length == 25) {
                bytes[0] = 2;
            }
            String text = Base64.getUrlEncoder().encodeToString(bytes);

            // When
            Refusal problem = catchThrowableOfType(Refusal.class, () -> PageCursor.decode(text));

            // Then
            assertThat(problem.kind()).isEqualTo(Refusal.Kind.INVALID);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "null", "not a cursor", "' OR 1=1 --", "AQAA", "////////////////////////////////////"})
    void shouldNameTheFieldOfABadCursor(String text) {
        // When
        Refusal problem = catchThrowableOfType(Refusal.class, () -> PageCursor.decode(text));

        // Then
        assertThat(problem.errors()).extracting(FieldError::field).containsExactly("cursor");
    }
}
