package io.payroute.user;

import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.proto.user.UserCreated;

/** What the role user tells the others, as protobuf. */
final class UserEvents {

    static final String CREATED = "io.payroute.user.created";

    private UserEvents() {
    }

    static EventEnvelope created(String topic, Account account) {
        return EventEnvelope.protobuf(topic, account.getId().toString(), CREATED,
                UserCreated.newBuilder().setUserId(account.getId().toString()).setEmail(account.getEmail())
                        .setName(account.getName()).setCreatedAt(account.getCreatedAt().toString()).build().toByteArray());
    }
}
