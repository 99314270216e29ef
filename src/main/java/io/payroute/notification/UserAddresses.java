package io.payroute.notification;

import java.time.Duration;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.grpc.Status;
import io.payroute.proto.user.GetUserRequest;
import io.payroute.proto.user.UserResponse;

/**
 * Where users get their mails, as the role user says; remembered for a bounded time. That there is no such user is an answer, too,
 * and remembered by nobody; that the role user cannot be reached is none.
 */
@ApplicationScoped
@Named("userAddresses")
public class UserAddresses {

    private static final String USER = "userId";
    private static final int REMEMBERED = 10_000;

    private final Cache<String, String> known;

    @Inject
    UserAddresses(@ConfigProperty(name = "notification.address-kept") Duration kept) {
        known = Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(kept).build();
    }

    /** Makes the request for a user's id; the body is the address at once, and header asks is false, if it is remembered. */
    public void request(@Body String userId, Exchange exchange) {
        String address = known.getIfPresent(userId);
        exchange.setProperty(USER, userId);
        exchange.getMessage().setHeader("asks", address == null);
        exchange.getMessage().setBody(
                address == null ? GetUserRequest.newBuilder().setUserId(userId).build() : Optional.of(address));
    }

    /** Takes the answer; what it says is checked like any other address. */
    public Optional<String> keep(@Body UserResponse user, @ExchangeProperty(USER) String userId) {
        String address = Rules.email("email", user.getEmail());
        known.put(userId, address);
        return Optional.of(address);
    }

    /** Takes a call that failed, if it did because there is no such user; any other failure goes on. */
    public Optional<String> unknown(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) throws Exception {
        Status.Code code = Status.fromThrowable(failure).getCode();
        if (code != Status.Code.NOT_FOUND && code != Status.Code.INVALID_ARGUMENT) {
            throw failure;
        }
        return Optional.empty();
    }
}
