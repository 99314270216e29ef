package io.payroute.it;

import java.util.concurrent.TimeUnit;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.proto.user.AuthResponse;
import io.payroute.proto.user.AuthenticateUserRequest;
import io.payroute.proto.user.GetUserRequest;
import io.payroute.proto.user.RefreshTokensRequest;
import io.payroute.proto.user.RegisterUserRequest;
import io.payroute.proto.user.UserResponse;
import io.payroute.proto.user.UserServiceGrpc;
import io.payroute.proto.user.UserServiceGrpc.UserServiceBlockingStub;

/** Calls user.UserService of an application. */
final class UserClient {

    static final String PASSWORD = "a password of the test";

    private final ManagedChannel channel;

    private UserClient(ManagedChannel channel) {
        this.channel = channel;
    }

    static UserClient of(Application application) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", application.userPort()).usePlaintext().build();
        Runtime.getRuntime().addShutdownHook(new Thread(channel::shutdownNow));
        return new UserClient(channel);
    }

    UserResponse register(String email) {
        return stub().registerUser(
                RegisterUserRequest.newBuilder().setEmail(email).setPassword(PASSWORD).setName("Ada Lovelace").build());
    }

    AuthResponse logIn(String email, String password) {
        return stub().authenticateUser(AuthenticateUserRequest.newBuilder().setEmail(email).setPassword(password).build());
    }

    AuthResponse refresh(String token) {
        return stub().refreshTokens(RefreshTokensRequest.newBuilder().setRefreshToken(token).build());
    }

    UserResponse get(String id) {
        return stub().getUser(GetUserRequest.newBuilder().setUserId(id).build());
    }

    ManagedChannel channel() {
        return channel;
    }

    private UserServiceBlockingStub stub() {
        return UserServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }
}
