package io.payroute.user;

import java.util.List;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.platform.Refusal;
import io.payroute.proto.user.GetUserRequest;
import io.payroute.proto.user.UserResponse;

/** Both sides of the step that reads a person: which, and how the answer says it. */
@ApplicationScoped
@Named("findUser")
public class FindUser {

    /** Of the named query. */
    public Map<String, Object> parameters(GetUserRequest request) {
        return Map.of("id", UserRules.userId(request.getUserId()));
    }

    public UserResponse answer(List<Account> found) {
        if (found.isEmpty()) {
            throw unknown();
        }
        return response(found.get(0));
    }

    static Refusal unknown() {
        return Refusal.notFound("There is no user with this id.");
    }

    static UserResponse response(Account account) {
        return UserResponse.newBuilder().setUserId(account.getId().toString()).setEmail(account.getEmail())
                .setName(account.getName()).setCreatedAt(account.getCreatedAt().toString()).build();
    }
}
