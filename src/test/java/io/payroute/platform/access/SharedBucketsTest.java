package io.payroute.platform.access;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.payroute.testing.TestDatabase;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;

class SharedBucketsTest {

    private static final BucketConfiguration LIMIT = RateLimit.limit("", 10, 1, Duration.ofMinutes(1));
    private static TestDatabase database;

    private final Vertx vertx = Vertx.vertx();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldCountForAllProcessesTogether() {
        // Given
        SharedBuckets one = buckets(database.dataSource());
        SharedBuckets two = buckets(database.dataSource());

        // When
        long passed = IntStream.range(0, 30).mapToObj(i -> consumed(i % 2 == 0 ? one : two, "ada")).toList().stream()
                .filter(CompletableFuture::join).count();

        // Then
        assertThat(passed).isEqualTo(10);
        assertThat(consumed(two, "bob").join()).isTrue();
        assertThat(database.rows("SELECT id, expires_at > 1000 * extract(epoch FROM now()) FROM rate_limit_bucket ORDER BY id"))
                .containsExactly("ada t", "bob t");
    }

    @Test
    void shouldLimitByItselfWhileTheDatabaseIsUnavailable() {
        // Given
        SharedBuckets buckets = buckets(null);

        // When
        long passed = IntStream.range(0, 15).filter(i -> consumed(buckets, "ada").join()).count();

        // Then
        assertThat(passed).isEqualTo(10);
    }

    private SharedBuckets buckets(DataSource dataSource) {
        return new SharedBuckets(vertx, () -> {
            if (dataSource == null) {
                throw new IllegalStateException("unavailable");
            }
            return dataSource;
        }, LIMIT, new LocalBuckets(LIMIT, 100, TimeMeter.SYSTEM_NANOTIME));
    }

    private static CompletableFuture<Boolean> consumed(SharedBuckets buckets, String user) {
        return buckets.take(user).map(probe -> probe.isConsumed()).toCompletionStage().toCompletableFuture();
    }
}
