package io.payroute.notification;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.platform.Refusal;
import io.payroute.proto.order.OrderEvent;
import io.payroute.proto.order.OrderItem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OrderMailsTest {

    private static final OrderEvent ORDER = OrderEvent.newBuilder().setOrderId("o-1").setUserId("ada").setStatus("PAID")
            .addItems(OrderItem.newBuilder().setName("Book").setQuantity(3).setPriceMinor(1250)).setAmountMinor(3750)
            .setCurrency("USD").build();

    @ParameterizedTest
    @CsvSource({"USD,12.50 USD,37.50 USD", "JPY,1250 JPY,3750 JPY", "KWD,1.250 KWD,3.750 KWD"})
    void shouldWriteLinesAndTotalAsTheCurrencyIsWritten(String currency, String price, String total) {
        // When
        NewNotification mail = OrderMails.mail(ORDER.toBuilder().setCurrency(currency).build(), "e1", "ada@example.com");

        // Then
        assertThat(mail.fields().getString("amount")).isEqualTo(total);
        assertThat(mail.fields().getJsonArray("lines").getJsonObject(0).getMap()).containsEntry("name", "Book")
                .containsEntry("quantity", 3).containsEntry("price", price).containsEntry("total", total);
    }

    @ParameterizedTest
    @CsvSource({"PENDING,order-received,Your order o-1 has been received", "PAID,order-paid,Your order o-1: paid",
            "FAILED,order-failed,Your order o-1: failed", "CANCELLED,order-updated,Your order o-1: cancelled",
            "REFUNDED,order-updated,Your order o-1: refunded"})
    void shouldSayWhatBecameOfIt(String status, String template, String subject) {
        // When
        NewNotification mail = OrderMails.mail(ORDER.toBuilder().setStatus(status).build(), "e1", "ada@example.com");

        // Then
        assertThat(mail.template()).isEqualTo(template);
        assertThat(mail.subject()).isEqualTo(subject);
    }

    @Test
    void shouldNotCountPastTheLargestNumber() {
        // Given
        OrderEvent absurd = ORDER.toBuilder().setItems(0, ORDER.getItems(0).toBuilder().setPriceMinor(Long.MAX_VALUE)).build();

        // When, then
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> OrderMails.mail(absurd, "e1", null));
    }

    @Test
    void shouldLetNoNameAddALineToAMail() {
        // Given
        OrderEvent forged = ORDER.toBuilder().setItems(0, ORDER.getItems(0).toBuilder().setName("Book\nBcc: eve")).build();

        // When, then
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> OrderMails.mail(forged, "e1", null));
    }
}
