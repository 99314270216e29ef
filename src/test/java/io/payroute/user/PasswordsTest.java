package io.payroute.user;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class PasswordsTest {

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @AfterEach
    void stop() {
        goOn.countDown();
        callers.shutdownNow();
    }

    @Test
    void shouldVerifyWhatAnotherImplementationHasHashed() {
        // Of the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1
        String stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

        assertThat(Argon2id.matches("password", stored)).isTrue();
        assertThat(Argon2id.matches("Password", stored)).isFalse();
    }

    @Test
    void shouldHashTheSamePasswordDifferentlyEachTime() {
        // Given
        Argon2id argon2id = new Argon2id(8, 1);

        // When
        String first = argon2id.hash("a password");

        // Then
        assertThat(first).startsWith("$argon2id$v=19$m=8,t=1,p=1$").isNotEqualTo(argon2id.hash("a password"));
        assertThat(Argon2id.matches("a password", first)).isTrue();
    }

    @Test
    void shouldMatchNothingWhereThereIsNoAccount() {
        assertThat(passwords(1, 1, Duration.ofSeconds(1)).matches("nobody's password", null)).isFalse();
    }

    @Test
    void shouldHashSoManyAtOnceAndHaveTheOthersWait() throws Exception {
        // Given
        Passwords passwords = passwords(2, 10, Duration.ofSeconds(20));

        // When
        List<Future<String>> hashed = start(6, () -> passwords.hash("a password"));
        await().until(() -> busy.get() == 2);
        goOn.countDown();

        // Then
        for (Future<String> one : hashed) {
            assertThat(one.get()).isEqualTo("hash");
        }
        assertThat(most).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,1", "4,2", "8,4", "64,4"})
    void shouldLeaveHalfOfTheCoresToOthers(int cores, int atOnce) {
        assertThat(Passwords.atOnce(cores)).isEqualTo(atOnce);
    }

    @Test
    void shouldRefuseWhomItHasNoRoomFor() {
        // Given
        Passwords full = passwords(1, 1, Duration.ofSeconds(20));
        start(2, () -> full.hash("a password"));
        await().untilAsserted(() -> assertThatExceptionOfType(Refusal.class).isThrownBy(() -> full.hash("a password"))
                .matches(refusal -> refusal.kind() == Refusal.Kind.UNAVAILABLE));
    }

    @Test
    void shouldRefuseWhoHasWaitedForTooLong() {
        // Given
        Passwords slow = passwords(1, 10, Duration.ofMillis(50));
        start(1, () -> slow.hash("a password"));
        await().until(() -> busy.get() == 1);

        // When, then
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> slow.hash("a password"))
                .matches(refusal -> refusal.kind() == Refusal.Kind.UNAVAILABLE);
    }

    private List<Future<String>> start(int callersAtOnce, Callable<String> call) {
        return IntStream.range(0, callersAtOnce).mapToObj(i -> callers.submit(call)).toList();
    }

    private Passwords passwords(int atOnce, int waiting, Duration wait) {
        return new Passwords(new Argon2id(8, 1), atOnce, waiting, wait) {
            @Override
            String compute(String password) {
                most.accumulateAndGet(busy.incrementAndGet(), Math::max);
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                busy.decrementAndGet();
                return "hash";
            }
        };
    }
}
