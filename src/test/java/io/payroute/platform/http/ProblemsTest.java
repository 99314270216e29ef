package io.payroute.platform.http;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.TimeoutException;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.money.Money;
import io.payroute.platform.Refusal;

import static org.assertj.core.api.Assertions.assertThat;

class ProblemsTest {

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    @Test
    void shouldRenderAProblemAndNothingOfTheRequest() {
        // Given
        exchange.getMessage().setHeader("Authorization", "Bearer secret");
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/pay?card=4242");
        exchange.getMessage().setBody("secret");

        // When
        render(new IllegalStateException(Refusal.invalid("amount", "amount_precision", "too \"fine\"")));

        // Then
        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys(Exchange.HTTP_RESPONSE_CODE, Exchange.CONTENT_TYPE)
                .containsEntry(Exchange.HTTP_RESPONSE_CODE, 422)
                .containsEntry(Exchange.CONTENT_TYPE, "application/problem+json");
        assertThat(body()).isEqualTo("{\"type\":\"/problems/validation\",\"title\":\"The request is not valid\",\"status\":422,"
                + "\"detail\":\"too \\\"fine\\\"\",\"instance\":\"/pay\",\"errors\":[{\"field\":\"amount\","
                + "\"rule\":\"amount_precision\",\"detail\":\"too \\\"fine\\\"\"}]}");
    }

    @Test
    void shouldPreferTheCapturedPath() {
        // Given
        exchange.setProperty(Problems.INSTANCE, "/api/v1/payments");
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/other");

        // When
        render(Refusal.tooMany(7));

        // Then
        assertThat(body()).contains("\"instance\":\"/api/v1/payments\"", "\"status\":429");
        assertThat(exchange.getMessage().getHeader("Retry-After")).isEqualTo(7);
    }

    @Test
    void shouldAnswerBadMoneyAsAFieldOfTheRequest() {
        // Given
        RuntimeException failure = null;
        try {
            Money.of("1", "usd");
        } catch (RuntimeException e) {
            failure = e;
        }

        // When
        render(failure);

        // Then
        assertThat(body()).contains("\"status\":422", "\"field\":\"currency\"", "\"rule\":\"currency_unknown\"");
    }

    @ParameterizedTest
    @MethodSource("unavailable")
    void shouldAnswer503WhenADependencyIsUnavailable(Throwable failure) {
        // When
        render(new IllegalStateException("wrapped", failure));

        // Then
        assertThat(body()).contains("\"status\":503").doesNotContain("secret");
        assertThat(exchange.getMessage().getHeader("Retry-After")).isNotNull();
    }

    static List<Throwable> unavailable() {
        return List.of(new SQLTransientConnectionException("secret"), new SQLException("secret", "08006"),
                new SQLException("secret", "53300"), new SQLException("secret", "57P01"),
                new SQLException("Sorry, acquisition timeout!"), new TimeoutException("secret"),
                new org.apache.kafka.common.errors.TimeoutException("secret"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void shouldAnswer500WithAReferenceAndNoInternalText(Throwable failure) {
        // When
        render(failure);

        // Then
        assertThat(body()).contains("\"status\":500", exchange.getExchangeId()).doesNotContain("secret");
        assertThat(exchange.getMessage().getHeader("Retry-After")).isNull();
    }

    @Test
    void shouldNotTakeAFaultOfOursForOneThatTimeCures() {
        // When
        Refusal fault = HttpRefusal.internal("reference-1");

        // Then
        assertThat(fault.kind()).isEqualTo(Refusal.Kind.INTERNAL);
        assertThat(HttpRefusal.status(fault)).isEqualTo(500);
    }

    static List<Throwable> faults() {
        Exception loop = new Exception("secret");
        loop.initCause(new RuntimeException("secret", loop));
        return List.of(new NullPointerException("secret"), new SQLException("secret", "23505"), new SQLException("secret"),
                loop);
    }

    private void render(Throwable failure) {
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
        new Problems().render(exchange);
    }

    private String body() {
        return new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8);
    }
}
