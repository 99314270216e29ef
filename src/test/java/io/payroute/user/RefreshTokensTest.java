package io.payroute.user;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.platform.Refusal;
import io.payroute.proto.user.AuthResponse;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RefreshTokensTest {

    private static final String ADA = "ada@example.com";
    private static TestDatabase database;

    @TempDir
    Path folder;

    private TestUsers users;
    private String first;

    @BeforeAll
    static void create() {
        database = TestDatabase.create(UserRole.NAME);
    }

    @BeforeEach
    void logIn() throws Exception {
        database.clear();
        users = new TestUsers(database, folder);
        users.register(ADA);
        first = users.logIn(ADA, TestUsers.PASSWORD, "").getRefreshToken();
    }

    @Test
    void shouldGiveANewPairOnceForAToken() throws Exception {
        // When
        AuthResponse second = users.refresh(first);
        AuthResponse third = users.refresh(second.getRefreshToken());

        // Then
        assertThat(List.of(first, second.getRefreshToken(), third.getRefreshToken())).doesNotHaveDuplicates();
        assertThat(third.getUserId()).isEqualTo(database.value("SELECT id FROM account"));
        assertThat(database.count("token_family")).isOne();
        assertThat(database.rows("SELECT spent_at IS NULL FROM refresh_token")).containsOnlyOnce("t");
        refused(second.getRefreshToken());
    }

    @Test
    void shouldKeepTheLoginWhenASpentTokenComesAgainAtOnce() throws Exception {
        // Given
        String second = users.refresh(first).getRefreshToken();

        // When
        refused(first);

        // Then
        assertThat(TestUsers.familiesEnded(database)).containsExactly("f");
        assertThat(users.refresh(second).getRefreshToken()).isNotEmpty();
    }

    @Test
    void shouldEndTheLoginWhenASpentTokenComesAgainLater() throws Exception {
        // Given
        String second = users.refresh(first).getRefreshToken();
        String other = users.logIn(ADA, TestUsers.PASSWORD, "").getRefreshToken();
        database.clockAhead(Duration.ofSeconds(11));

        // When
        refused(first);

        // Then
        assertThat(TestUsers.familiesEnded(database)).containsExactly("t", "f");
        refused(second);
        refused(first);
        assertThat(users.refresh(other).getRefreshToken()).isNotEmpty();
    }

    @Test
    void shouldHaveOneWinnerOfManyWithTheSameToken() throws Exception {
        // Given
        int many = 8;
        ExecutorService callers = Executors.newFixedThreadPool(many);
        CyclicBarrier together = new CyclicBarrier(many);

        // When
        List<Future<String>> all = IntStream.range(0, many).mapToObj(i -> callers.submit(() -> {
            together.await();
            try {
                return users.refresh(first).getRefreshToken();
            } catch (Refusal e) {
                return null;
            }
        })).toList();
        List<String> won = all.stream().map(RefreshTokensTest::value).filter(Objects::nonNull).toList();
        callers.shutdown();

        // Then
        assertThat(won).hasSize(1);
        assertThat(TestUsers.familiesEnded(database)).containsExactly("f");
        assertThat(users.refresh(won.get(0)).getRefreshToken()).isNotEmpty();
    }

    @Test
    void shouldRefuseATokenThatHasExpired() throws Exception {
        // Given
        database.clockAhead(Duration.ofDays(29));
        String second = users.refresh(first).getRefreshToken();
        database.clockAhead(Duration.ofDays(58));
        String third = users.refresh(second).getRefreshToken();

        // When
        database.clockAhead(Duration.ofDays(89));

        // Then
        refused(third);
    }

    @Test
    void shouldRefuseWhatItNeverGave() {
        refused("x".repeat(43));
        refused("x".repeat(201));
        refused("");
    }

    @Test
    void shouldGiveWhatThePersonMayDoNow() throws Exception {
        // Given
        database.execute("UPDATE account SET admin = true");

        // When
        AuthResponse answer = users.refresh(first);

        // Then
        assertThat(new String(Base64.getUrlDecoder().decode(answer.getAccessToken().split("\\.")[1])))
                .contains("catalog:manage");
    }

    private void refused(String token) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> users.refresh(token))
                .matches(refusal -> token.length() != 43 || refusal.kind() == Refusal.Kind.UNAUTHENTICATED);
    }

    private static String value(Future<String> one) {
        try {
            return one.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
