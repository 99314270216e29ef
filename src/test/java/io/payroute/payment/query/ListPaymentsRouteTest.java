package io.payroute.payment.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.payroute.platform.access.AccessGuard;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

class ListPaymentsRouteTest extends QueryRoutes {

    @Test
    void shouldListNewestFirstPageByPage() {
        // Given
        List<String> ids = IntStream.range(0, 5).mapToObj(i -> insert("user-1", 1000 + i, "USD", i)).toList();
        List<String> seen = new ArrayList<>();

        // When
        String cursor = null;
        do {
            JsonObject page = body(call("list",
                    cursor == null ? Map.of("limit", "2") : Map.of("limit", "2", "cursor", cursor)));
            page.getJsonArray("payments").forEach(one -> seen.add(((JsonObject) one).getString("id")));
            cursor = page.getString("next_cursor");
        } while (cursor != null);

        // Then
        List<String> newestFirst = new ArrayList<>(ids);
        Collections.reverse(newestFirst);
        assertThat(seen).isEqualTo(newestFirst);
    }

    @Test
    void shouldListPaymentsOfTheSameInstantOnceEach() {
        // Given
        Set<String> ids = IntStream.range(0, 7).mapToObj(i -> insert("user-1", 1000, "USD", 5)).collect(Collectors.toSet());
        List<String> seen = new ArrayList<>();

        // When
        String cursor = null;
        do {
            JsonObject page = body(call("list",
                    cursor == null ? Map.of("limit", "3") : Map.of("limit", "3", "cursor", cursor)));
            page.getJsonArray("payments").forEach(one -> seen.add(((JsonObject) one).getString("id")));
            cursor = page.getString("next_cursor");
        } while (cursor != null);

        // Then
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void shouldListByUserAndStatus() {
        // Given
        insert("user-1", 1000, "USD", 1);
        String wanted = insert("user-2", 1000, "USD", 2);
        String processing = insert("user-2", 1000, "USD", 3);
        database.execute("UPDATE payment SET status = 'processing' WHERE id = ?::uuid", processing);

        // When
        JsonObject page = body(call("list", Map.of("user_id", "user-2", "status", "pending")));

        // Then
        assertThat(page.getJsonArray("payments")).singleElement()
                .satisfies(one -> assertThat(((JsonObject) one).getString("id")).isEqualTo(wanted));
        assertThat(page.getValue("next_cursor")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"order_id,order-7", "reference,pi_7", "reference,pi_old", "provider,adyen", "method,sepa",
            "email,Ada@Example.COM", "amount,70.07", "created_from,1970-01-01T00:00:07Z"})
    void shouldFindPaymentsByWhatPeopleKnowOfThem(String name, String value) {
        // Given
        insert("user-1", 7007, "JPY", 1);
        UUID wanted = UUID.fromString(insert("user-1", 7007, "EUR", 7));
        database.execute("UPDATE payment SET order_id = 'order-7', provider = 'adyen', method = 'sepa', "
                + "email = 'ADA@example.com', provider_reference = 'pi_7' WHERE id = ?", wanted);
        for (String reference : List.of("stripe pi_old", "adyen pi_7")) {
            database.execute("INSERT INTO provider_call (payment_id, provider, operation, attempt, outcome, detail, "
                    + "started_at, ended_at) VALUES (?, ?, 'charge', 1, 'completed', ?, now(), now())", wanted,
                    reference.split(" ")[0], reference.split(" ")[1]);
        }

        // When
        Exchange answer = call("list", name.equals("amount") ? Map.of(name, value, "currency", "EUR") : Map.of(name, value));

        // Then
        assertThat(body(answer).getJsonArray("payments")).singleElement()
                .satisfies(one -> assertThat(((JsonObject) one).getString("id")).isEqualTo(wanted.toString()));
    }

    @Test
    void shouldFindAnAmountInEachCurrencyThatItCanBeOf() {
        // Given
        String euros = insert("user-1", 7000, "EUR", 1);
        String yen = insert("user-1", 70, "JPY", 2);
        String dinars = insert("user-1", 70_000, "KWD", 3);
        insert("user-1", 70, "EUR", 4);
        insert("user-1", 7000, "JPY", 5);

        // When
        JsonObject all = body(call("list", Map.of("amount", "70")));
        JsonObject withDecimals = body(call("list", Map.of("amount", "70.000")));

        // Then
        assertThat(ids(all)).containsExactly(dinars, yen, euros);
        assertThat(ids(withDecimals)).contains(dinars);
    }

    @Test
    void shouldFindInATimeFromItsBeginUpToItsEnd() {
        // Given
        List<String> ids = IntStream.range(0, 5).mapToObj(i -> insert("user-1", 1000, "USD", i)).toList();

        // When
        JsonObject page = body(call("list",
                Map.of("created_from", "1970-01-01T00:00:01Z", "created_to", "1970-01-01T01:00:03+01:00", "limit", "1")));
        JsonObject next = body(call("list", Map.of("created_from", "1970-01-01T00:00:01Z", "created_to", "1970-01-01T00:00:03Z",
                "cursor", page.getString("next_cursor"))));

        // Then
        assertThat(page.getJsonArray("payments").getJsonObject(0).getString("id")).isEqualTo(ids.get(2));
        assertThat(next.getJsonArray("payments")).hasSize(1);
        assertThat(next.getJsonArray("payments").getJsonObject(0).getString("id")).isEqualTo(ids.get(1));
    }

    private static List<String> ids(JsonObject page) {
        return page.getJsonArray("payments").stream().map(one -> ((JsonObject) one).getString("id")).toList();
    }

    @Test
    void shouldFindNothingOfAnother() {
        // Given
        UUID others = UUID.fromString(insert("user-2", 1000, "USD", 1));
        database.execute("UPDATE payment SET order_id = 'order-7' WHERE id = ?", others);

        // When
        Exchange answer = call("list", Map.of("order_id", "order-7", AccessGuard.USER_HEADER, "user-1"));

        // Then
        assertThat(body(answer).getJsonArray("payments")).isEmpty();
    }

    @Test
    void shouldListTwentyWhenNoLimitIsGiven() {
        // Given
        IntStream.range(0, 21).forEach(i -> insert("user-1", 1000, "USD", i));

        // When
        JsonObject page = body(call("list", Map.of()));

        // Then
        assertThat(page.getJsonArray("payments")).hasSize(20);
        assertThat(page.getString("next_cursor")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"limit,0", "limit,101", "limit,-1", "limit,ten", "limit,1e1", "limit,99999999999", "cursor,x", "cursor,''",
            "status,paid", "status,PENDING", "user_id,''", "created_from,+999999999-01-01T00:00:00Z", "created_to,yesterday",
            "order_id,a\u0000b", "reference,'  '", "provider,a\u0000b", "method,a\u0007b", "email,''", "currency,EUR",
            "amount,'1,5'"})
    void shouldNameABadParameter(String name, String value) {
        // When
        Exchange answer = call("list", name.equals("amount") ? Map.of(name, value, "currency", "EUR") : Map.of(name, value));

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(422);
        assertThat(body(answer).getJsonArray("errors").getJsonObject(0).getString("field"))
                .isEqualTo(name.equals("currency") ? "amount" : name);
    }

    @Test
    void shouldRefuseAParameterThatIsGivenTwice() {
        // When
        Exchange answer = call("list", Map.of("user_id", List.of("user-1", "user-2")));

        // Then
        assertThat(answer.getMessage().getHeader("CamelHttpResponseCode")).isEqualTo(422);
    }
}
