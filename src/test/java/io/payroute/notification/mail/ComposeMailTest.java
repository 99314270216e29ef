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

    @ParameterizedTest
    @ValueSource(strings = {"order-received", "order-paid", "order-failed", "order-updated"})
    void shouldTellAnOrderWithItsLinesAsTextAndAsHtml(String template) {
        // Given
        JsonObject fields = new JsonObject("""
                {"orderId": "o-1", "status": "refunded", "amount": "37.50 USD", "address": "1 Main Street", "paymentId": "p-1",
                 "reason": "", "lines": [{"name": "Book <b>", "quantity": 3, "price": "12.50 USD", "total": "37.50 USD"}]}""");

        // When
        Mail mail = compose
                .compose(new DueNotification(1, "email", "event-1", "ada@example.com", "Your order", template, fields,
                        1, 0, null, Instant.parse("2026-01-02T03:04:05Z")));

        // Then
        assertThat(mail.text()).contains("3 x Book <b>, 12.50 USD each: 37.50 USD\nTotal: 37.50 USD", "o-1", "p-1")
                .doesNotContain("{", "Reason");
        assertThat(mail.html()).contains("3 × Book &lt;b&gt;", "12.50 USD", "37.50 USD", "o-1", "p-1").doesNotContain("{",
                "Reason");
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
