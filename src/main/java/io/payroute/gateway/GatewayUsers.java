package io.payroute.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonBody;
import io.payroute.proto.user.AuthResponse;
import io.payroute.proto.user.AuthenticateUserRequest;
import io.payroute.proto.user.GetUserRequest;
import io.payroute.proto.user.RefreshTokensRequest;
import io.payroute.proto.user.RegisterUserRequest;
import io.payroute.proto.user.UserResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;

/** People between JSON and the messages of {@code user.UserService}. */
@ApplicationScoped
@Named("gatewayUsers")
public class GatewayUsers {

    private static final String REMOTE_ADDRESS = "CamelVertxPlatformHttpRemoteAddress";
    private static final int MAX_EMAIL = 254;
    private static final int MAX_PASSWORD = 512;
    private static final int MAX_NAME = 100;
    private static final int MAX_TOKEN = 200;
    private static final JsonBody.Schema LOGIN = Requests.schema().required("email", JsonBody.text(1, MAX_EMAIL))
            .required("password", JsonBody.text(1, MAX_PASSWORD));
    private static final JsonBody.Schema REGISTER = LOGIN.required("name", JsonBody.text(1, MAX_NAME));
    private static final JsonBody.Schema REFRESH = Requests.schema().required("refresh_token", JsonBody.text(1, MAX_TOKEN));

    public void register(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, REGISTER);
        message.setBody(RegisterUserRequest.newBuilder().setEmail(values.text("email")).setPassword(values.text("password"))
                .setName(values.text("name")).build());
    }

    public void authenticate(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, LOGIN);
        message.setBody(AuthenticateUserRequest.newBuilder().setEmail(values.text("email"))
                .setPassword(values.text("password")).setClientAddress(address(message)).build());
    }

    /** Where the caller is: guessing is slowed there, too. */
    private static String address(Message message) {
        SocketAddress remote = message.getHeader(REMOTE_ADDRESS, SocketAddress.class);
        String address = remote == null ? null : remote.hostAddress();
        return address == null ? "" : address.replaceFirst("%.*", "");
    }

    public void refresh(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(RefreshTokensRequest.newBuilder()
                .setRefreshToken(Requests.read(message, REFRESH).text("refresh_token")).build());
    }

    /** Oneself; for an operator anybody. Others are not there. */
    public void get(Exchange exchange) {
        Message message = exchange.getMessage();
        String id = Requests.id(message, "user");
        String reach = Requests.reach(message);
        if (!reach.isEmpty() && !reach.equals(id)) {
            throw Refusal.notFound("There is no user with this id.");
        }
        message.setBody(GetUserRequest.newBuilder().setUserId(id).build());
    }

    public void registered(@Body UserResponse user, Exchange exchange) {
        Envelope.answer(exchange, 201, data(user));
        exchange.getMessage().setHeader("Location", "/users/" + user.getUserId());
    }

    public void found(@Body UserResponse user, Exchange exchange) {
        Envelope.answer(exchange, 200, data(user));
    }

    private static JsonObject data(UserResponse user) {
        return new JsonObject().put("user_id", user.getUserId()).put("email", user.getEmail()).put("name", user.getName())
                .put("created_at", user.getCreatedAt());
    }

    public void tokens(@Body AuthResponse tokens, Exchange exchange) {
        JsonObject data = new JsonObject().put("access_token", tokens.getAccessToken())
                .put("refresh_token", tokens.getRefreshToken()).put("user_id", tokens.getUserId());
        if (tokens.getExpiresIn() != 0) {
            data.put("expires_in", tokens.getExpiresIn());
        }
        Envelope.answer(exchange, 200, data);
    }
}
