package io.payroute.it;

import java.net.http.HttpResponse;
import java.util.UUID;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Every operation of the shop, held to the contract: from registering to the refund. */
final class ShopCalls {

    private static final String PASSWORD = "a password of the test";

    private final Contract contract;
    private final ShopTokens tokens;
    private final String email = "buyer-" + UUID.randomUUID() + "@shop.test";
    private String[] ada;
    private String[] admin;

    ShopCalls(Application application, Contract contract) {
        this.contract = contract;
        this.tokens = new ShopTokens(application);
    }

    void all() throws Exception {
        people();
        admin = new String[]{"Authorization", tokens.next()};
        String book = products();
        orders(book);
        messages();
    }

    private void people() throws Exception {
        String account = "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\",\"name\":\"Ada\"}";
        String id = data(contract.call(201, "POST", "/users", account)).getString("user_id");
        contract.call(409, "POST", "/users", account);
        contract.call(422, "POST", "/users", account.replace(PASSWORD, "short"));
        String login = "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}";
        JsonObject made = data(contract.call(200, "POST", "/user/auth", login));
        contract.call(401, "POST", "/user/auth", login.replace(PASSWORD, "a wrong one"));
        String refresh = "{\"refresh_token\":\"" + made.getString("refresh_token") + "\"}";
        JsonObject next = data(contract.call(200, "POST", "/user/refresh", refresh));
        contract.call(401, "POST", "/user/refresh", refresh);
        ada = new String[]{"Authorization", "Bearer " + next.getString("access_token")};
        contract.call(200, "GET", "/users/" + id, null, ada);
        contract.call(404, "GET", "/users/" + UUID.randomUUID(), null, ada);
        contract.call(401, "GET", "/users/" + id, null, "Authorization", "Bearer nobody's");
    }

    private String products() throws Exception {
        String product = "{\"name\":\"A globe\",\"price\":10.5,\"currency\":\"EUR\",\"stock\":3}";
        contract.call(403, "POST", "/products", product, ada);
        JsonObject made = data(contract.call(201, "POST", "/products", product, admin));
        String id = made.getString("product_id");
        assertThat(data(contract.call(200, "GET", "/products?page=1&page_size=5&search=globe", null))
                .getJsonArray("products")).isNotEmpty();
        contract.call(422, "GET", "/products?page=0", null);
        contract.call(200, "GET", "/products/" + id, null, ada);
        contract.call(200, "PUT", "/products/" + id, "{\"price\":11,\"version\":" + made.getLong("version") + "}", admin);
        contract.call(409, "PUT", "/products/" + id, "{\"price\":12,\"version\":" + made.getLong("version") + "}", admin);
        contract.call(422, "PUT", "/products/" + id, "{\"price\":12.345}", admin);
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(
                data(contract.call(200, "GET", "/inventory/" + id, null, ada)).getInteger("available")).isEqualTo(3));
        String other = data(contract.call(201, "POST", "/products", product, admin)).getString("product_id");
        contract.call(200, "DELETE", "/products/" + other, null, admin);
        contract.call(404, "DELETE", "/products/" + UUID.randomUUID(), null, admin);
        assertThat(contract.call(422, "POST", "/orders", order(other, 1), ada).body()).contains("items[0].product_id");
        return id;
    }

    private void orders(String product) throws Exception {
        String key = UUID.randomUUID().toString();
        String[] keyed = {ada[0], ada[1], "Idempotency-Key", key};
        String id = data(contract.call(201, "POST", "/orders", order(product, 2), keyed)).getString("order_id");
        HttpResponse<String> again = contract.call(201, "POST", "/orders", order(product, 2), keyed);
        assertThat(data(again).getString("order_id")).isEqualTo(id);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        contract.call(422, "POST", "/orders", order(product, 1), keyed);
        contract.call(409, "POST", "/orders", order(product, 2), ada);
        contract.call(422, "POST", "/orders", order(product, -2), ada);
        status(id, "PAID");
        contract.call(404, "GET", "/orders/" + id, null, admin);
        contract.call(404, "POST", "/orders/" + id + "/cancel", null, admin);
        contract.call(404, "POST", "/payments/initiate", "{\"order_id\":\"" + id + "\"}", admin);
        contract.call(422, "POST", "/payments/initiate", "{\"order_id\":\"" + id + "\",\"amount\":1}", ada);
        JsonObject payment = data(contract.call(200, "POST", "/payments/initiate",
                "{\"order_id\":\"" + id + "\",\"amount\":22.00,\"currency\":\"EUR\"}", ada));
        contract.call(200, "GET", "/payments/status/" + payment.getString("payment_id"), null, ada);
        contract.call(404, "GET", "/payments/status/" + payment.getString("payment_id"), null, admin);
        contract.call(200, "GET", "/orders?page_size=1", null, ada);
        contract.call(200, "POST", "/orders/" + id + "/cancel", null, ada);
        status(id, "REFUNDED");
        contract.call(200, "POST", "/orders/" + id + "/cancel", null, ada);
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(
                data(contract.call(200, "GET", "/inventory/" + product, null, ada)).getInteger("available")).isEqualTo(3));
    }

    private void status(String order, String status) {
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(
                data(contract.call(200, "GET", "/orders/" + order, null, ada)).getString("status")).isEqualTo(status));
    }

    private void messages() throws Exception {
        String mail = "{\"to\":\"" + email + "\",\"subject\":\"Hello\",\"body\":\"Two\\nlines\"}";
        contract.call(403, "POST", "/notifications/email", mail, ada);
        contract.call(403, "POST", "/notifications/email", mail, admin);
        contract.call(200, "POST", "/notifications/email", mail, "Authorization", tokens.operator());
        String sms = "{\"phone_number\":\"+4915112345678\",\"message\":\"Hello\"}";
        contract.call(403, "POST", "/notifications/sms", sms, admin);
        contract.call(200, "POST", "/notifications/sms", sms, "Authorization", tokens.operator());
    }

    private static String order(String product, int quantity) {
        return "{\"items\":[{\"product_id\":\"" + product + "\",\"quantity\":" + quantity
                + "}],\"address\":\"1 Main Street\"}";
    }

    private static JsonObject data(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getJsonObject("data");
    }
}
