package io.payroute.notification.mail;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.notification.DueNotification;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ComposeMailTest {

    private final ComposeMail compose = new ComposeMail("Payroute <no-reply@payroute.test>");

    private static DueNotification due(String dedupeKey, String template, String reason) {
        JsonObject fields = new JsonObject().put("amount", "49.99 USD").put("status", "refunded").put("paymentId", "p-1")
                .put("method", "card").put("reason", reason).put("body", "Dear Ada,\n<b>hello</b>");
        return new DueNotification(1, "email", dedupeKey, "ada@example.com", "Payment of 49.99 USD", template, fields, 1, 0,
                null,
                Instant.parse("2026-01-02T03:04:05Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"payment-completed", "payment-failed", "payment-received", "payment-updated"})
    void shouldTellAPaymentAsTextAndAsHtml(String template) {
        // When
        Mail mail = compose.compose(due("event-1", template, ""));

        // Then
        assertThat(mail.text()).contains("49.99 USD", "p-1", "card", "2 January 2026, 03:04 UTC").doesNotContain("<", "{");
        assertThat(mail.html()).contains("49.99 USD", "p-1", "card", "2 January 2026, 03:04 UTC").doesNotContain("{",
                "Reason");
        assertThat(mail.to()).isEqualTo("ada@example.com");
    }

    @Test
    void shouldEscapeHtmlAndLeaveTextAsItIs() {
        // When
        Mail mail = compose.compose(due("event-1", "payment-failed", "<script>alert('x')</script>"));

        // Then
        assertThat(mail.html()).contains("&lt;script&gt;").doesNotContain("<script>");
        assertThat(mail.text()).contains("<script>alert('x')</script>");
    }

    @Test
    void shouldEscapeACallersOwnWords() {
        // When
        Mail mail = compose.compose(due("mail:1", "message", ""));

        // Then
        assertThat(mail.html()).contains("Dear Ada,\n&lt;b&gt;hello&lt;/b&gt;");
        assertThat(mail.text()).isEqualTo("Dear Ada,\n<b>hello</b>");
    }

    @Test
    void shouldMakeTheSameMessageIdAgain() {
        // When
        String first = compose.compose(due("event-1", "message", "")).messageId();
        String second = compose.compose(due("event-1", "message", "")).messageId();

        // Then
        assertThat(first).isEqualTo("<event-1@payroute.test>").isEqualTo(second);
    }

    @Test
    void shouldMakeASafeMessageIdOfAnyKey() {
        // When
        String id = compose.compose(due("mail:a b>\r\nBcc: x", "message", "")).messageId();

        // Then
        assertThat(id).matches("<[0-9a-f-]{36}@payroute\\.test>");
    }
}
