package io.payroute.it;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.payroute.proto.user.AuthResponse;
import io.payroute.proto.user.UserResponse;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The role user in the packaged application: over gRPC, by JPA, and its tokens at the HTTP edge. */
@Timeout(300)
class UserIT {

    private final Application application = Application.shared();
    private final UserClient users = UserClient.of(application);

    @Test
    void shouldRegisterLogInAndFindAPerson() {
        // When
        UserResponse made = users.register("Grace@example.com");
        AuthResponse tokens = users.logIn("grace@EXAMPLE.com", UserClient.PASSWORD);

        // Then
        assertThat(users.get(made.getUserId())).isEqualTo(made);
        assertThat(tokens.getUserId()).isEqualTo(made.getUserId());
        assertThat(users.refresh(tokens.getRefreshToken()).getUserId()).isEqualTo(made.getUserId());
        assertThat(code(() -> users.register("GRACE@example.com"))).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(code(() -> users.logIn("grace@example.com", "a wrong password"))).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(code(() -> users.refresh(tokens.getRefreshToken()))).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(code(() -> users.get("01a1fd0a-1dda-71ad-be85-b353136e611d"))).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(code(() -> users.get("nobody"))).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(code(() -> users.register("nobody"))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    /** As a client that has never heard of the fields that are ours. */
    @Test
    void shouldUnderstandTheContractsMessages() throws IOException {
        // When
        byte[] registered = call("RegisterUser", message("bytes@example.com", UserClient.PASSWORD, "Bytes"));
        byte[] authenticated = call("AuthenticateUser", message("bytes@example.com", UserClient.PASSWORD));
        byte[] found = call("GetUser", message(text(registered, 1)));

        // Then
        assertThat(text(registered, 2)).isEqualTo("bytes@example.com");
        assertThat(text(registered, 3)).isEqualTo("Bytes");
        assertThat(text(registered, 4)).endsWith("Z");
        assertThat(text(authenticated, 1).split("\\.")).hasSize(3);
        assertThat(text(authenticated, 2)).hasSize(43);
        assertThat(text(authenticated, 3)).isEqualTo(text(registered, 1));
        assertThat(found).isEqualTo(registered);
    }

    @Test
    void shouldTakeItsTokensAtTheEdgeForWhatTheyAreGoodFor() throws Exception {
        // Given
        UserResponse made = users.register("edge@example.com");
        AuthResponse tokens = users.logIn("edge@example.com", UserClient.PASSWORD);
        String own = "/api/v1/payments?user_id=" + made.getUserId();

        // Then
        assertThat(status(own, tokens.getAccessToken())).as("no scope of payments").isEqualTo(403);
        assertThat(status("/api/v1/dead-letters/user", tokens.getAccessToken())).isEqualTo(403);
        assertThat(status(own, tokens.getRefreshToken())).isEqualTo(401);
        assertThat(status(own, tokens.getAccessToken() + "x")).isEqualTo(401);
        JsonObject key = new JsonObject(application.get("/.well-known/jwks.json").body()).getJsonArray("keys").getJsonObject(0);
        assertThat(key.fieldNames()).contains("kid", "x", "y").doesNotContain("d");
    }

    @Test
    void shouldHaveAnOperatorMakeAdministrators() throws Exception {
        // Given
        UserResponse made = users.register("admin@example.com");
        AuthResponse before = users.logIn("admin@example.com", UserClient.PASSWORD);

        // When
        String answer = application.send(application.request("/api/v1/users/" + made.getUserId() + "/admin")
                .PUT(BodyPublishers.noBody())).body();

        // Then
        assertThat(new JsonObject(answer)).isEqualTo(new JsonObject().put("user_id", made.getUserId()).put("admin", true));
        AuthResponse after = users.refresh(before.getRefreshToken());
        assertThat(scope(before)).isEqualTo("shop:buy");
        assertThat(scope(after)).isEqualTo("catalog:manage shop:buy");
    }

    @Test
    void shouldKeepItsKeyForItsOwnerAlone() throws Exception {
        // When
        Path key = application.data().resolve("user-token-key.pem");

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key))).isEqualTo("rw-------");
    }

    private int status(String path, String token) throws Exception {
        return application.send(application.request(path).header("Authorization", "Bearer " + token).GET()).statusCode();
    }

    private static String scope(AuthResponse tokens) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(tokens.getAccessToken().split("\\.")[1]),
                StandardCharsets.UTF_8)).getString("scope");
    }

    private static Status.Code code(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus().getCode();
    }

    private byte[] call(String method, byte[] request) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.newBuilder(bytes, bytes)
                .setType(MethodDescriptor.MethodType.UNARY).setFullMethodName("user.UserService/" + method).build();
        return ClientCalls.blockingUnaryCall(users.channel(), descriptor, CallOptions.DEFAULT, request);
    }

    /** Its fields are texts, numbered from one. */
    private static byte[] message(String... fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int i = 0; i < fields.length; i++) {
            out.writeString(i + 1, fields[i]);
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static String text(byte[] message, int field) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag >>> 3 == field) {
                return in.readStringRequireUtf8();
            }
            in.skipField(tag);
        }
        return "";
    }
}
