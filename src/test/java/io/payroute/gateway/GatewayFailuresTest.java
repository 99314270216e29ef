package io.payroute.gateway;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.grpc.Status;
import io.payroute.gateway.GatewayBed.Answer;
import io.payroute.platform.CallRefusal;
import io.payroute.platform.Refusal;
import io.payroute.proto.order.OrderResponse;

import static io.payroute.gateway.GatewayBed.ADA;
import static io.payroute.gateway.GatewayBed.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a client is told when another role refuses, does not answer, or is left alone. */
class GatewayFailuresTest {

    private GatewayBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new GatewayBed("gateway.deadline", "2s", "grpc.breaker.window", "4", "grpc.breaker.pause", "200ms");
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @ParameterizedTest
    @CsvSource({"INVALID_ARGUMENT,422", "OUT_OF_RANGE,422", "UNAUTHENTICATED,401", "PERMISSION_DENIED,403", "NOT_FOUND,404",
            "ALREADY_EXISTS,409", "FAILED_PRECONDITION,409", "ABORTED,409", "RESOURCE_EXHAUSTED,429"})
    void shouldTellARefusalInTheWordsOfTheOtherRole(Status.Code code, int status) {
        // Given
        bed.answer("GetOrder", code.toStatus().withDescription("because"));

        // When
        Answer answer = get();

        // Then
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().encode()).isEqualTo("{\"error\":\"because\",\"code\":" + status + "}");
        assertThat(answer.headers().get("Retry-After")).isEqualTo(status == 429 ? 1 : null);
    }

    @ParameterizedTest
    @CsvSource({"UNAVAILABLE,503", "DEADLINE_EXCEEDED,503", "CANCELLED,503", "INTERNAL,500", "UNKNOWN,500", "UNIMPLEMENTED,500",
            "DATA_LOSS,500"})
    void shouldTellNothingOfAFault(Status.Code code, int status) {
        // Given
        bed.answer("GetOrder", code.toStatus().withDescription("secret"));

        // When
        Answer answer = get();

        // Then
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().encode()).doesNotContain("secret").contains("\"code\":" + status);
        assertThat(answer.headers().get("Retry-After")).isEqualTo(status == 503 ? 1 : null);
    }

    @Test
    void shouldNameTheFieldThatAnotherRoleRefused() {
        // Given
        Status told = Status.INVALID_ARGUMENT.withDescription("items[0].product_id is no product that is for sale.");
        bed.answer("CreateOrder", told.asRuntimeException(CallRefusal.details(
                Refusal.invalid("items[0].product_id", "unknown_product", told.getDescription()), told)));

        // When
        Answer answer = bed.send("order-create", "{\"items\":[{\"product_id\":\"" + ID
                + "\",\"quantity\":1}],\"address\":\"a\"}", "X-Payroute-User", ADA);

        // Then
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().getJsonArray("details").encode()).isEqualTo("[{\"field\":\"items[0].product_id\","
                + "\"rule\":\"unknown_product\",\"detail\":\"items[0].product_id is no product that is for sale.\"}]");
    }

    @Test
    void shouldSayWhenToLogInAgain() {
        // Given
        Status told = Status.RESOURCE_EXHAUSTED.withDescription("slowly");
        bed.answer("AuthenticateUser", told.asRuntimeException(CallRefusal.details(Refusal.tooMany(37), told)));

        // When
        Answer answer = bed.send("user-login", "{\"email\":\"ada@example.com\",\"password\":\"a wrong one\"}");

        // Then
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsEntry("Retry-After", 37);
    }

    /** Then our set-up is wrong, and not what the client sent. */
    @Test
    void shouldNotTellAClientThatOurOwnTokenIsWrong() {
        // Given
        Status told = Status.UNAUTHENTICATED.withDescription("send the metadata authorization");
        bed.answer("GetOrder", told.asRuntimeException(CallRefusal.notLetIn(told)));

        // When
        Answer answer = get();

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().encode()).doesNotContain("metadata");
    }

    @Test
    void shouldEndACallByItsDeadline() throws Exception {
        // Given
        bed.silence.acquire();

        // When
        Answer answer = get();

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("Retry-After", 1);
    }

    @Test
    void shouldLeaveAServerAloneThatDoesNotAnswerAndComeBack() {
        // Given
        bed.answer("GetOrder", Status.UNAVAILABLE);
        for (int call = 0; call < 4; call++) {
            get();
        }
        bed.asked.clear();

        // When
        Answer refused = get();

        // Then
        assertThat(refused.status()).isEqualTo(503);
        assertThat(bed.asked).isEmpty();
        bed.answer("GetOrder", OrderResponse.newBuilder().setOrderId(ID).build());
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(get().status()).isEqualTo(200));
    }

    /** Otherwise anybody could close the shop with orders that cannot be. */
    @Test
    void shouldTakeARefusalForAnAnswer() {
        // Given
        bed.answer("GetOrder", Status.NOT_FOUND.withDescription("There is no order with this id."));
        for (int call = 0; call < 20; call++) {
            get();
        }
        int before = bed.asked.size();

        // When
        Answer answer = get();

        // Then
        assertThat(answer.status()).isEqualTo(404);
        assertThat(bed.asked).hasSize(before + 1);
    }

    /** It has no room at the moment, and those who ask it for something else need it. */
    @Test
    void shouldTakeForAnAnswerThatAServerIsBusy() {
        // Given
        Status told = Status.UNAVAILABLE.withDescription("busy");
        bed.answer("GetOrder", told.asRuntimeException(CallRefusal.details(Refusal.unavailable(1), told)));
        for (int call = 0; call < 20; call++) {
            get();
        }
        int before = bed.asked.size();

        // When
        Answer answer = get();

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(bed.asked).hasSize(before + 1);
    }

    private Answer get() {
        return bed.send("order-get", null, "X-Payroute-User", ADA, "id", ID);
    }
}
