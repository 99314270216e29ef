package io.payroute.notification.mail;

import java.time.Duration;
import java.time.Instant;

import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.payroute.notification.DueNotification;
import io.payroute.notification.SmtpFailure;
import io.payroute.platform.Defaults;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class SendEmailRouteTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final SmtpTestServer server = new SmtpTestServer();
    private final Mailer mailer = new Mailer(server.settings("disabled"), Duration.ofSeconds(30));

    @BeforeEach
    void start() throws Exception {
        context.getPropertiesComponent().setInitialProperties(Defaults.packaged().all());
        context.getPropertiesComponent().addOverrideProperty("smtp.host", "127.0.0.1");
        context.getPropertiesComponent().addOverrideProperty("smtp.port", "25");
        context.getRegistry().bind("mailer", mailer);
        context.getRegistry().bind("composeMail", new ComposeMail("Payroute <no-reply@payroute.test>"));
        load("routes/shared/error-handling.camel.yaml");
        load("routes/notification/30-send.camel.yaml");
        context.removeRouteDefinition(context.getRouteDefinition("notification-send"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        mailer.close();
        server.stop();
    }

    @Test
    void shouldSendOneMailAsTextAndHtmlWithNothingElseInItsHeaders() throws Exception {
        // When
        Exchange sent = send("ada@example.com", "Payment of 49.99 € completed");

        // Then
        assertThat(sent.getException()).isNull();
        MimeMessage mail = server.received().get(0);
        assertThat(mail.getMessageID()).isEqualTo("<event-1@payroute.test>");
        assertThat(mail.getSubject()).isEqualTo("Payment of 49.99 € completed");
        assertThat(mail.getHeader("To")).containsExactly("ada@example.com");
        assertThat(mail.getHeader("From")).containsExactly("Payroute <no-reply@payroute.test>");
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getHeader("X-Evil")).isNull();
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getBodyPart(0).getContentType()).startsWith("text/plain");
        assertThat(parts.getBodyPart(0).getContent()).asString().contains("49.99 €");
        assertThat(parts.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat(parts.getBodyPart(1).getContent()).asString().contains("<strong>49.99 €</strong>");
    }

    @Test
    void shouldLeaveAFailureToItsCaller() {
        // When
        Exchange sent = send("refused@example.com", "Hello");

        // Then
        assertThat(SmtpFailure.isPermanent(sent.getException())).isTrue();
    }

    @Test
    void shouldTakeNoPlaceholderFromACallersWords() throws Exception {
        // When
        send("ada@example.com", "${sysenv.PATH} {{smtp.from}}");

        // Then
        assertThat(server.received().get(0).getSubject()).isEqualTo("${sysenv.PATH} {{smtp.from}}");
    }

    private Exchange send(String to, String subject) {
        JsonObject fields = new JsonObject().put("amount", "49.99 €").put("status", "completed").put("paymentId", "p-1")
                .put("method", "card").put("reason", "");
        DueNotification due = new DueNotification(1, "email", "event-1", to, subject, "payment-completed", fields, 1, 0, null,
                Instant.parse("2026-01-02T03:04:05Z"));
        return context.createProducerTemplate().send("direct:notification-send-email", exchange -> {
            exchange.getMessage().setBody(due);
            exchange.getMessage().setHeader("Bcc", "eve@example.com");
            exchange.getMessage().setHeader("X-Evil", "yes");
            exchange.getMessage().setHeader("mail.smtp.host", "evil.example.com");
        });
    }

    private void load(String path) throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("classpath:" + path));
    }
}
