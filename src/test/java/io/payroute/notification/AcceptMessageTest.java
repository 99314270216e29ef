package io.payroute.notification;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Refusal;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.proto.notification.SendSMSRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AcceptMessageTest {

    private static SendEmailRequest.Builder email() {
        return SendEmailRequest.newBuilder().setUserId("user-1").setTo("ada@example.com").setSubject("Hello")
                .setBody("Dear Ada,\nhello.");
    }

    private static void refused(SendEmailRequest.Builder request, String field) {
        assertThatThrownBy(() -> AcceptMessage.notification(request.build())).isInstanceOf(Refusal.class)
                .hasMessageStartingWith(field + " ");
    }

    @Test
    void shouldKeyAMailByItsIdempotencyKey() {
        // Given
        SendEmailRequest request = email().setIdempotencyKey("k1").build();

        // When
        NewNotification notification = AcceptMessage.notification(request);

        // Then
        assertThat(notification.dedupeKey()).isEqualTo("mail:k1");
        assertThat(notification.fields().getString("body")).isEqualTo("Dear Ada,\nhello.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a@b.de,c@d.ef", "a@b.de\r\nBcc: c@d.ef"})
    void shouldRefuseMoreOrLessThanOneRecipient(String to) {
        // When
        // Then
        refused(email().setTo(to), "to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Hello\r\nBcc: c@d.ef", "Hello\u0000"})
    void shouldRefuseASubjectThatIsNotOneLine(String subject) {
        // When
        // Then
        refused(email().setSubject(subject), "subject");
    }

    @Test
    void shouldRefuseWhatIsTooLong() {
        // When
        // Then
        refused(email().setSubject("x".repeat(201)), "subject");
        refused(email().setBody("x".repeat(64 * 1024 + 1)), "body");
        refused(email().setIdempotencyKey("x".repeat(201)), "idempotency_key");
    }

    @Test
    void shouldTakeAnSms() {
        // Given
        SendSMSRequest request = SendSMSRequest.newBuilder().setPhoneNumber("+4915112345678").setMessage("Hello")
                .setIdempotencyKey("k1").build();

        // When
        NewNotification notification = AcceptMessage.notification(request);

        // Then
        assertThat(notification.kind()).isEqualTo("sms");
        assertThat(notification.dedupeKey()).isEqualTo("sms:k1");
    }

    @Test
    void shouldRefuseAnSmsToNoNumber() {
        // Given
        SendSMSRequest request = SendSMSRequest.newBuilder().setPhoneNumber("0151").setMessage("Hello").build();

        // When
        // Then
        assertThatThrownBy(() -> AcceptMessage.notification(request)).isInstanceOf(Refusal.class)
                .hasMessageStartingWith("phone_number ");
    }
}
