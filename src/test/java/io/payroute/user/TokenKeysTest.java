package io.payroute.user;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;

import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.platform.TestRoles;
import io.payroute.testing.TokenKeyFile;
import io.vertx.core.json.JsonObject;

import static io.payroute.testing.TokenKeyFile.pem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class TokenKeysTest {

    @TempDir
    Path folder;

    @Test
    void shouldMakeAKeyOnceInEmbeddedModeForItsOwnerAlone() throws IOException {
        // Given
        Path file = folder.resolve("user-token-key.pem");

        // When
        TokenKeys made = keys("embedded", null);

        // Then
        assertThat(keys("embedded", null).signing().getKeyId()).isEqualTo(made.signing().getKeyId());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(Files.list(folder)).containsExactly(file);
    }

    @Test
    void shouldNotStartInExternalModeWithoutAKey() {
        assertThatIllegalStateException().isThrownBy(() -> keys("external", null)).withMessageContaining("USER_TOKEN_KEY_FILE")
                .withMessageContaining("openssl").withMessageContaining("ROLE_USER=false");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldNotStartWithAKeyOfAnotherKind() throws IOException {
        for (String content : List.of("", "no key", pem("PRIVATE KEY", TokenKeyFile.pair("RSA", 2048).getPrivate()),
                pem("PRIVATE KEY", TokenKeyFile.pair("EC", 384).getPrivate()),
                pem("PUBLIC KEY", TokenKeyFile.pair("EC", 256).getPublic()))) {
            // Given
            Path file = Files.writeString(folder.resolve("key.pem"), content);

            // When, then
            assertThatIllegalStateException().as(content).isThrownBy(() -> keys("external", file))
                    .withMessageContaining("USER_TOKEN_KEY_FILE").withMessageContaining("P-256");
        }
        assertThatIllegalStateException().isThrownBy(() -> keys("external", folder.resolve("absent.pem")))
                .withMessageContaining("absent.pem");
    }

    @Test
    void shouldFindThePublicHalfOfAPrivateKey() throws Exception {
        // Given
        KeyPair pair = TokenKeyFile.pair("EC", 256);
        Path file = Files.writeString(folder.resolve("key.pem"), pem("PRIVATE KEY", pair.getPrivate()));

        // When
        PublicJsonWebKey key = keys("external", file).signing();

        // Then
        assertThat(key.getPublicKey()).isEqualTo(pair.getPublic());
    }

    @Test
    void shouldServeThePublicHalvesAlsoOfTheKeysBefore() throws IOException {
        // Given
        Path now = TokenKeyFile.in(folder);
        Path before = TokenKeyFile.in(folder);
        Path longBefore = Files.writeString(folder.resolve("public.pem"),
                pem("PUBLIC KEY", TokenKeyFile.pair("EC", 256).getPublic()));

        // When
        TokenKeys keys = keys("external", now, before, longBefore, now);

        // Then
        JsonObject set = new JsonObject(keys.publicSet());
        assertThat(set.getJsonArray("keys")).hasSize(3).allSatisfy(key -> assertThat(((JsonObject) key).fieldNames())
                .containsExactlyInAnyOrder("kty", "kid", "use", "alg", "crv", "x", "y"));
        assertThat(set.getJsonArray("keys").getJsonObject(0).getString("kid"))
                .isEqualTo(keys("external", now).signing().getKeyId());
    }

    @Test
    void shouldNeedNoKeyWhereTheRoleIsOff() {
        assertThat(new TokenKeys(TestRoles.with(UserRole.NAME, false), "external", folder, Optional.empty(), Optional.empty())
                .all())
                .isEmpty();
    }

    private TokenKeys keys(String mode, Path file, Path... former) {
        return new TokenKeys(TestRoles.with(UserRole.NAME, true), mode, folder, Optional.ofNullable(file),
                Optional.of(List.of(former)));
    }
}
