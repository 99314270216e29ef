package io.payroute.toy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.platform.Ids;
import io.payroute.platform.access.Confined;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.Sql;

/** The role's one verb, of the platform's parts: idempotency key, row and event in one transaction. */
public class Greet {

    private final DataSource dataSource;
    private final String topic;

    Greet(DataSource dataSource, String topic) {
        this.dataSource = dataSource;
        this.topic = topic;
    }

    public void greet(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        String name = new String(body, StandardCharsets.UTF_8);
        Confined.to(message).check(name);
        Idempotency.Key key = Idempotency.of(exchange, body);
        UUID id = Ids.next();
        UUID greeted = Sql.inTransaction(dataSource, connection -> {
            Optional<UUID> earlier = Idempotency.claim(connection, key, id);
            if (earlier.isEmpty()) {
                Sql.update(connection, "INSERT INTO greeting (id, name) VALUES (?, ?)", id, name);
                Outbox.add(connection, EventEnvelope.protobuf(topic, name, "io.payroute.toy.greeted", body));
            }
            return earlier.orElse(id);
        });
        message.setBody(greeted.toString());
    }
}
