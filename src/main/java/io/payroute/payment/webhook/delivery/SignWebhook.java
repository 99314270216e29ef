package io.payroute.payment.webhook.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.payment.webhook.WebhookSecret;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.access.SecretBox;

/**
 * Makes the request of a delivery: its bytes, its address, and the headers of Standard Webhooks. The id is the same for every
 * attempt, the timestamp is the attempt's own; there is a signature with every replaced secret that is still valid.
 */
@ApplicationScoped
@Named("signWebhook")
public class SignWebhook {

    private final SecretBox secrets;

    SignWebhook(SecretBox secrets) {
        this.secrets = secrets;
    }

    public void sign(Exchange exchange) {
        DueDelivery due = exchange.getMessage().getBody(DueDelivery.class);
        CrashPoint.reached("webhook-before-send");
        exchange.setProperty(DueDelivery.PROPERTY, due);
        exchange.setProperty(DueDelivery.STARTED, due.now());
        String id = due.id().toString();
        long timestamp = Instant.now().getEpochSecond();
        String signature = Stream.concat(Stream.of(due.secret()), due.oldSecrets().stream())
                .map(secret -> WebhookSecret.open(secrets, due.endpointId(), secret).sign(id, timestamp, due.payload()))
                .collect(Collectors.joining(" "));
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_URI, due.url());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader("webhook-id", id);
        message.setHeader("webhook-timestamp", Long.toString(timestamp));
        message.setHeader("webhook-signature", signature);
        message.setBody(due.payload().getBytes(StandardCharsets.UTF_8));
    }
}
