package io.payroute.notification;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.money.InvalidMoneyException;
import io.payroute.platform.Refusal;
import io.payroute.proto.payment.PaymentRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HandleNotificationTest {

    private static PaymentRequest.Builder firstGeneration() {
        return PaymentRequest.newBuilder().setUserId("user-1").setAmount(49.99).setMethod("card");
    }

    @Test
    void shouldTellAFirstGenerationClientThatThePaymentIsReceived() {
        // Given
        PaymentRequest request = firstGeneration().build();

        // When
        NewNotification notification = HandleNotification.notification(request, true);

        // Then
        assertThat(notification.subject()).isEqualTo("Payment of 49.99 USD received");
        assertThat(notification.template()).isEqualTo("payment-received");
        assertThat(notification.address()).isEqualTo("user-1@customers.test");
        assertThat(notification.status()).isEqualTo("queued");
    }

    @Test
    void shouldMakeEveryCallWithoutAnEventAMailOfItsOwn() {
        // Given
        PaymentRequest request = firstGeneration().build();

        // When
        String first = HandleNotification.notification(request, true).dedupeKey();
        String second = HandleNotification.notification(request, true).dedupeKey();

        // Then
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void shouldReadMinorUnitsAndKeyByTheEvent() {
        // Given
        PaymentRequest request = firstGeneration().clearAmount().setAmountMinor(4999).setCurrency("JPY").setStatus("completed")
                .setEventId("event-1").setEmail("ada@example.com").build();

        // When
        NewNotification notification = HandleNotification.notification(request, false);

        // Then
        assertThat(notification.subject()).isEqualTo("Payment of 4999 JPY completed");
        assertThat(notification.dedupeKey()).isEqualTo("event-1");
        assertThat(notification.address()).isEqualTo("ada@example.com");
    }

    @Test
    void shouldSkipAUserWithoutAnAddressWhenExternal() {
        // Given
        PaymentRequest request = firstGeneration().build();

        // When
        NewNotification notification = HandleNotification.notification(request, false);

        // Then
        assertThat(notification.address()).isNull();
        assertThat(notification.status()).isEqualTo("skipped");
        assertThat(notification.skipped()).isEqualTo("no_address");
    }

    @ParameterizedTest
    @CsvSource({"50,50.00 USD", "19.99,19.99 USD", "19.999,19.999 USD", "0.1,0.10 USD", "12345678.9,12345678.90 USD"})
    void shouldTellADoubleAsItIsWritten(double amount, String expected) {
        // Given
        PaymentRequest request = firstGeneration().setAmount(amount).build();

        // When
        NewNotification notification = HandleNotification.notification(request, true);

        // Then
        assertThat(notification.fields().getString("amount")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "NaN", "Infinity"})
    void shouldRefuseWhatIsNoAmount(double amount) {
        // Given
        PaymentRequest request = firstGeneration().setAmount(amount).build();

        // When
        // Then
        assertThatThrownBy(() -> HandleNotification.notification(request, true)).isInstanceOf(Refusal.class)
                .hasMessage("amount must be greater than 0");
    }

    @Test
    void shouldRefuseTwoAmountsThatDiffer() {
        // Given
        PaymentRequest request = firstGeneration().setAmount(1).setAmountMinor(999_900).build();

        // When
        // Then
        assertThatThrownBy(() -> HandleNotification.notification(request, true)).isInstanceOf(InvalidMoneyException.class)
                .hasMessage("amount and amount_minor must be the same amount of USD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-1-1-1-1", "order-1"})
    void shouldRefuseAPaymentIdThatIsNone(String id) {
        // Given
        PaymentRequest request = firstGeneration().setPaymentId(id).build();

        // When
        // Then
        assertThatThrownBy(() -> HandleNotification.notification(request, true)).isInstanceOf(Refusal.class)
                .hasMessage("payment_id must be a UUID");
    }

    @Test
    void shouldRefuseAnUnknownCurrency() {
        // Given
        PaymentRequest request = firstGeneration().clearAmount().setAmountMinor(1).setCurrency("ZZZ").build();

        // When
        // Then
        assertThatThrownBy(() -> HandleNotification.notification(request, true)).isInstanceOf(InvalidMoneyException.class);
    }

    @Test
    void shouldRefuseAnAddressThatIsNone() {
        // Given
        PaymentRequest request = firstGeneration().setEmail("a@b.de,c@d.ef").build();

        // When
        // Then
        assertThatThrownBy(() -> HandleNotification.notification(request, true)).isInstanceOf(Refusal.class)
                .hasMessage("email must be one e-mail address");
    }
}
