package io.payroute.user;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.platform.Refusal.Kind;
import io.payroute.proto.user.AuthResponse;
import io.payroute.testing.TestDatabase;

import static io.payroute.user.TestUsers.FREE;
import static io.payroute.user.TestUsers.FREE_PER_ADDRESS;
import static io.payroute.user.TestUsers.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class AuthenticateUserTest {

    private static final String ADA = "ada@example.com";
    private static final String NOBODY = "nobody@example.com";
    private static final String WRONG = "a wrong password";
    private static TestDatabase database;

    @TempDir
    Path folder;

    private TestUsers users;

    @BeforeAll
    static void create() {
        database = TestDatabase.create(UserRole.NAME);
    }

    @BeforeEach
    void register() throws Exception {
        database.clear();
        users = new TestUsers(database, folder);
        users.register(ADA);
    }

    @Test
    void shouldGiveTokensToWhoeverHasThePassword() throws Exception {
        // When
        AuthResponse answer = users.logIn("ADA@example.com", PASSWORD, "192.0.2.7");

        // Then
        JwtClaims claims = claims(answer);
        assertThat(claims.getSubject()).isEqualTo(answer.getUserId())
                .isEqualTo(database.value("SELECT id FROM account"));
        assertThat(claims.getStringClaimValue("scope")).isEqualTo("shop:buy");
        assertThat(claims.getExpirationTime().getValue() - claims.getIssuedAt().getValue()).isEqualTo(15 * 60)
                .isEqualTo(answer.getExpiresIn());
        assertThat(claims.toJson()).doesNotContain("@");
        assertThat(answer.getRefreshToken()).hasSize(43);
        assertThat(database.value("SELECT t::text FROM refresh_token t")).doesNotContain(answer.getRefreshToken());
    }

    @Test
    void shouldLetAdministratorsManageTheCatalogue() throws Exception {
        // Given
        database.execute("UPDATE account SET admin = true");

        // When
        AuthResponse answer = users.logIn(ADA, PASSWORD, "");

        // Then
        assertThat(claims(answer).getStringClaimValue("scope")).isEqualTo("catalog:manage shop:buy");
    }

    @Test
    void shouldNotTellWhetherTheAddressOrThePasswordIsWrong() {
        // When
        Refusal wrong = refusal(ADA, WRONG, "192.0.2.1");
        int compared = users.compared.getAndSet(0);
        Refusal unknown = refusal(NOBODY, WRONG, "192.0.2.2");

        // Then
        assertThat(unknown).usingRecursiveComparison().isEqualTo(wrong);
        assertThat(wrong.kind()).isEqualTo(Kind.UNAUTHENTICATED);
        assertThat(users.compared).hasValue(compared).hasValue(1);
        assertThat(database.rows("SELECT kind, failures FROM login_attempt ORDER BY kind"))
                .containsExactly("account 1", "account 1", "address 1", "address 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {ADA, NOBODY})
    void shouldSlowDownGuessesOfOneAccount(String email) {
        // Given
        IntStream.range(0, FREE)
                .forEach(i -> assertThat(refusal(email, WRONG, "192.0.2." + i).kind()).isEqualTo(Kind.UNAUTHENTICATED));
        users.compared.set(0);

        // When
        Refusal fourth = refusal(email, PASSWORD, "192.0.2.99");

        // Then
        assertThat(fourth.kind()).isEqualTo(Kind.TOO_MANY);
        assertThat(fourth.retryAfterSeconds()).hasValue(2);
        assertThat(users.compared).hasValue(0);
    }

    @Test
    void shouldDoubleThePauseUpToItsLimit() {
        // Given
        IntStream.range(0, FREE).forEach(i -> refusal(ADA, WRONG, ""));
        Duration clock = Duration.ZERO;

        for (int pause : new int[]{2, 4, 8, 16, 32, 60, 60}) {
            // When
            Refusal early = refusal(ADA, WRONG, "");
            clock = clock.plusSeconds(pause + 1);
            database.clockAhead(clock);
            Refusal late = refusal(ADA, WRONG, "");

            // Then
            assertThat(early.kind()).isEqualTo(Kind.TOO_MANY);
            assertThat(early.retryAfterSeconds().orElseThrow()).isBetween(pause - 1, pause);
            assertThat(late.kind()).isEqualTo(Kind.UNAUTHENTICATED);
        }
    }

    @Test
    void shouldCountForNothingWhatCameTooEarly() {
        // Given
        IntStream.range(0, FREE).forEach(i -> refusal(ADA, WRONG, "192.0.2.1"));

        // When
        IntStream.range(0, 5).forEach(i -> refusal(ADA, WRONG, "192.0.2.1"));

        // Then
        assertThat(database.rows("SELECT failures FROM login_attempt")).containsExactly("3", "3");
    }

    @Test
    void shouldSlowDownGuessesFromOneAddress() throws Exception {
        // Given
        IntStream.range(0, FREE_PER_ADDRESS).forEach(i -> refusal("user" + i + "@example.com", WRONG, "2001:db8::" + i));

        // When
        Refusal another = refusal(ADA, PASSWORD, "2001:db8::ffff");

        // Then
        assertThat(another.kind()).isEqualTo(Kind.TOO_MANY);
        assertThat(users.logIn(ADA, PASSWORD, "2001:db8:0:1::1").getUserId()).isNotEmpty();
    }

    @Test
    void shouldForgetWhatIsLongAgo() {
        // Given
        IntStream.range(0, FREE).forEach(i -> refusal(ADA, WRONG, ""));
        database.clockAhead(Duration.ofHours(25));

        // When
        IntStream.range(0, FREE).forEach(i -> assertThat(refusal(ADA, WRONG, "").kind()).isEqualTo(Kind.UNAUTHENTICATED));

        // Then
        assertThat(refusal(ADA, WRONG, "").kind()).isEqualTo(Kind.TOO_MANY);
    }

    @Test
    void shouldTakeBackWithSuccessWhatTheAttemptCounted() throws Exception {
        // Given
        refusal(ADA, WRONG, "192.0.2.1");
        refusal(NOBODY, WRONG, "192.0.2.1");

        // When
        users.logIn(ADA, PASSWORD, "192.0.2.1");

        // Then
        assertThat(database.rows("SELECT kind, failures FROM login_attempt ORDER BY kind")).containsExactly("account 1",
                "address 2");
    }

    @Test
    void shouldCountManyGuessesAtOnceAsMany() {
        // Given
        ExecutorService guessers = Executors.newFixedThreadPool(10);

        // When
        List<Future<Refusal>> guesses = IntStream.range(0, 30)
                .mapToObj(i -> guessers.submit(() -> refusal(ADA, WRONG, ""))).toList();
        long looked = guesses.stream().filter(guess -> kind(guess) == Kind.UNAUTHENTICATED).count();
        guessers.shutdown();

        // Then
        assertThat(looked).isEqualTo(FREE);
        assertThat(users.compared).hasValue(FREE);
    }

    private Refusal refusal(String email, String password, String address) {
        return catchThrowableOfType(Refusal.class, () -> users.logIn(email, password, address));
    }

    private static Kind kind(Future<Refusal> guess) {
        try {
            return guess.get().kind();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private JwtClaims claims(AuthResponse answer) throws Exception {
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(
                        new JwksVerificationKeyResolver(new JsonWebKeySet(users.keys.publicSet()).getJsonWebKeys()))
                .setExpectedIssuer("issuer").setExpectedAudience("audience").setExpectedType(true, "at+jwt").build()
                .processToClaims(answer.getAccessToken());
    }
}
