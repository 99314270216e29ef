package io.payroute.it;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.payroute.proto.user.UserResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** Administrators of the catalogue, who may buy, too; several, in turn, because each has a rate limit of his own. */
final class ShopTokens {

    private static final int PEOPLE = 5;

    private final Application application;
    private final List<String> people = new ArrayList<>();
    private int next;

    ShopTokens(Application application) {
        this.application = application;
    }

    /** The header of one of them. */
    String next() throws IOException {
        if (people.size() < PEOPLE) {
            people.add(person());
        }
        return people.get(next++ % people.size());
    }

    private String person() throws IOException {
        UserClient users = UserClient.of(application);
        String email = "admin-" + UUID.randomUUID() + "@shop.test";
        UserResponse made = users.register(email);
        assertThat(application.send(application.request("/api/v1/users/" + made.getUserId() + "/admin")
                .method("PUT", BodyPublishers.noBody())).statusCode()).isEqualTo(200);
        return "Bearer " + users.logIn(email, UserClient.PASSWORD).getAccessToken();
    }

    /** The header of whoever operates the installation. */
    String operator() throws IOException {
        return "Bearer " + Files.readString(application.data().resolve("operator-password")).strip();
    }
}
