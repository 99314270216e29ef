package io.payroute.platform.access;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.payroute.payment.PaymentAccess;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.HttpRefusal;
import io.payroute.testing.Beans;
import io.vertx.core.Vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ApiKeysTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<ApiKey> stored = new CopyOnWriteArrayList<>();
    private final List<UUID> used = new CopyOnWriteArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean unavailable;
    private final ApiKeys keys = new ApiKeys(vertx, Beans.of(new ApiKeySource() {
        @Override
        public boolean isActive() {
            return true;
        }

        @Override
        public List<ApiKey> valid() {
            reads.incrementAndGet();
            if (unavailable) {
                throw new IllegalStateException("unavailable");
            }
            return List.copyOf(stored);
        }

        @Override
        public void used(UUID id) {
            used.add(id);
        }
    }));

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldKnowAKeyByTheWholeOfIt() {
        // Given
        String text = store(null);
        String other = store(null);

        // When
        Caller caller = callerOf(text);

        // Then
        assertThat(caller).isEqualTo(new Caller("key:shop", "key:shop", null, Set.of(PaymentAccess.READ)));
        assertThat(statusOf(text.substring(0, 36) + other.substring(36))).isEqualTo(401);
        assertThat(statusOf(text.substring(0, text.length() - 1))).isEqualTo(401);
        assertThat(statusOf(text + "x")).isEqualTo(401);
        assertThat(statusOf(text.replace("pr_", "pr-"))).isEqualTo(401);
    }

    @Test
    void shouldReadTheDatabaseSeldomWhateverIsSent() {
        // Given
        String text = store(null);
        callerOf(text);

        // When
        for (int i = 0; i < 5_000; i++) {
            callerOf(text);
            statusOf(ApiKey.newText(UUID.randomUUID()));
        }

        // Then
        assertThat(reads.get()).isLessThan(15);
        await().untilAsserted(() -> assertThat(used).hasSize(1));
    }

    @Test
    void shouldRefuseARevokedKeyWithinFiveSeconds() {
        // Given
        String text = store(null);
        callerOf(text);
        Instant revoked = Instant.now();

        // When
        stored.clear();

        // Then
        await().until(() -> statusOf(text) == 401);
        assertThat(Instant.now()).isBefore(revoked.plusSeconds(5));
    }

    @Test
    void shouldRefuseAKeyAtItsEnd() {
        // Given
        Instant end = Instant.now().plusMillis(500);
        String text = store(end);

        // When
        Caller before = callerOf(text);

        // Then
        assertThat(before.name()).isEqualTo("key:shop");
        await().until(() -> Instant.now().isAfter(end));
        assertThat(statusOf(text)).isEqualTo(401);
    }

    @Test
    void shouldFindANewKeyAtOnceWhereItWasMade() {
        // Given
        callerOf(store(null));
        String made = store(null);

        // When
        keys.forget();

        // Then
        assertThat(callerOf(made).name()).isEqualTo("key:shop");
    }

    @Test
    void shouldAnswer503WhenItCannotReadThem() {
        // Given
        String text = store(null);
        unavailable = true;

        // When
        int status = statusOf(text);

        // Then
        assertThat(status).isEqualTo(503);
        unavailable = false;
        assertThat(callerOf(text).name()).isEqualTo("key:shop");
    }

    private String store(Instant expiresAt) {
        UUID id = UUID.randomUUID();
        String text = ApiKey.newText(id);
        stored.add(new ApiKey(id, Digests.sha256(text), "shop", Set.of(PaymentAccess.READ), expiresAt));
        return text;
    }

    private Caller callerOf(String text) {
        return keys.callerOf(text).toCompletionStage().toCompletableFuture().join();
    }

    private int statusOf(String text) {
        try {
            callerOf(text);
            return 200;
        } catch (Refusal e) {
            return HttpRefusal.status(e);
        } catch (CompletionException e) {
            return HttpRefusal.status((Refusal) e.getCause());
        }
    }
}
