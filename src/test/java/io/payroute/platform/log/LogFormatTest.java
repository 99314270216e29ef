package io.payroute.platform.log;

import java.util.logging.Level;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.LogSubject;
import io.payroute.platform.trace.TraceContext;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class LogFormatTest {

    private static final String PAYMENT = "01936e51-2345-7890-8123-456789012345";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final LogFormat json = new LogFormat(new JsonFormatter());
    private final LogFormat text = new LogFormat(new PatternFormatter("%p %s%e%n"));

    @AfterEach
    void leave() {
        LogContext.leave(null);
    }

    @Test
    void shouldMakeFieldsOfTheWordsOfALine() {
        // When
        JsonObject line = json("event=retry role=payment routeId=payment-decode topic=payment-topic eventId=e-1 paymentId="
                + PAYMENT + " attempt=2 remedy=\"look there\" cause=X: paymentId=other attempt=9");

        // Then
        assertThat(line.getString("event")).isEqualTo("retry");
        assertThat(line.getString("role")).isEqualTo("payment");
        assertThat(line.getString("routeId")).isEqualTo("payment-decode");
        assertThat(line.getString("topic")).isEqualTo("payment-topic");
        assertThat(line.getString("eventId")).isEqualTo("e-1");
        assertThat(line.getString("paymentId")).isEqualTo(PAYMENT);
        assertThat(line.getInteger("attempt")).isEqualTo(2);
        assertThat(line.getString("remedy")).isEqualTo("look there");
        assertThat(line.getString("message")).contains("cause=X: paymentId=other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"paymentId=1 is what somebody says", "It says event=x", "",
            "event=x message=y level=z timestamp=0"})
    void shouldLeaveOtherLinesAndTheFormatsOwnFieldsAlone(String message) {
        // When
        JsonObject line = json(message);

        // Then
        assertThat(line.getString("message")).isEqualTo(message);
        assertThat(line.getString("level")).isIn("WARN", "WARNING");
        assertThat(line.containsKey("paymentId")).isFalse();
    }

    @Test
    void shouldSayWhatTheThreadWorksOnInEveryLine() {
        // Given
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        LogSubject.set(exchange, () -> LogSubject.id("paymentId", PAYMENT) + LogSubject.id("orderId", "no id@all"));
        TraceContext.parse("00-" + TRACE + "-00f067aa0ba902b7-01").set(exchange);
        LogContext.enter(exchange);

        // When
        JsonObject line = json("A line of a library");

        // Then
        assertThat(line.getString("paymentId")).isEqualTo(PAYMENT);
        assertThat(line.getString("traceId")).isEqualTo(TRACE);
        assertThat(line.containsKey("orderId")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"for ada.lovelace@example.com", "card 4111 1111 1111 1111", "card 378282246310005 refused",
            "Authorization: Bearer abcdef0123456789", "password=hunter22", "token: \"s3cr3t-value\""})
    void shouldWriteNothingPersonalAndNoSecret(String what) {
        // Given
        Exception failure = new IllegalStateException("It failed " + what, new IllegalArgumentException(what));
        failure.addSuppressed(new IllegalStateException(what));
        ExtLogRecord record = record("event=x cause=" + what);
        record.setThrown(failure);

        // When
        String lines = json.format(record) + text.format(record);

        // Then
        assertThat(lines).contains("java.lang.IllegalStateException", "LogFormatTest").doesNotContain("ada", "4111", "3782",
                "abcdef0123", "hunter22", "s3cr3t");
        assertThat(record.getThrown()).isSameAs(failure);
    }

    @Test
    void shouldSayByWhichClassItFailedWhereTextsAreMasked() {
        // Given
        Exception failure = new IllegalStateException("for ada.lovelace@example.com", new IllegalArgumentException("why"));
        failure.addSuppressed(new UnsupportedOperationException("password=hunter22"));
        ExtLogRecord record = record("It failed");
        record.setThrown(failure);

        // When
        String lines = text.format(record);
        JsonObject exception = new JsonObject(json.format(record)).getJsonObject("exception");

        // Then
        assertThat(exception.getString("exceptionType")).isEqualTo("java.lang.IllegalStateException");
        assertThat(exception.getString("message")).isEqualTo("for ***@***");
        assertThat(exception.getJsonObject("causedBy").getJsonObject("exception").getString("exceptionType"))
                .isEqualTo("java.lang.IllegalArgumentException");
        assertThat(exception.encode()).contains("java.lang.UnsupportedOperationException", "password=***");
        assertThat(lines).contains("java.lang.IllegalStateException: for ***@***", "Caused by: java.lang.IllegalArgument",
                "at io.payroute.platform.log.LogFormatTest");
    }

    @Test
    void shouldKeepIdsThatLookLikeNumbersOfCards() {
        // When
        String line = text.format(record("event=x paymentId=" + PAYMENT + " eventId=11111111-2222-4333-8444-555555555555"));

        // Then
        assertThat(line).contains(PAYMENT, "11111111-2222-4333-8444-555555555555");
    }

    private JsonObject json(String message) {
        return new JsonObject(json.format(record(message)));
    }

    private static ExtLogRecord record(String message) {
        return new ExtLogRecord(Level.WARNING, message, ExtLogRecord.FormatStyle.NO_FORMAT, LogFormatTest.class.getName());
    }
}
