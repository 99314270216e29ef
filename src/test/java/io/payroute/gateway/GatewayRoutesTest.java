package io.payroute.gateway;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.gateway.GatewayBed.Answer;
import io.payroute.proto.inventory.CheckStockResponse;
import io.payroute.proto.notification.NotifyResponse;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.proto.order.CancelOrderRequest;
import io.payroute.proto.order.CreateOrderRequest;
import io.payroute.proto.order.GetOrderRequest;
import io.payroute.proto.order.ListOrdersRequest;
import io.payroute.proto.order.ListOrdersResponse;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.order.OrderResponse;
import io.payroute.proto.payment.CheckPaymentStatusRequest;
import io.payroute.proto.payment.InitiatePaymentRequest;
import io.payroute.proto.payment.PaymentResponse;
import io.payroute.proto.product.CreateProductRequest;
import io.payroute.proto.product.DeleteProductResponse;
import io.payroute.proto.product.ListProductsRequest;
import io.payroute.proto.product.ListProductsResponse;
import io.payroute.proto.product.ProductResponse;
import io.payroute.proto.product.UpdateProductRequest;
import io.payroute.proto.user.AuthResponse;
import io.payroute.proto.user.UserResponse;
import io.vertx.core.json.JsonObject;

import static io.payroute.gateway.GatewayBed.ADA;
import static io.payroute.gateway.GatewayBed.ID;
import static org.assertj.core.api.Assertions.assertThat;

/** Each path of the contract: what it asks, over real gRPC, and how it answers. */
class GatewayRoutesTest {

    private static final String USER = "X-Payroute-User";
    private static final UserResponse PERSON = UserResponse.newBuilder().setUserId(ADA).setEmail("ada@example.com")
            .setName("Ada").setCreatedAt("2026-11-27T12:00:00Z").build();
    private static final ProductResponse BOOK = ProductResponse.newBuilder().setProductId(ID).setName("Book")
            .setDescription("Long").setPrice(49.99).setPriceMinor(4999).setCurrency("USD").setStock(7)
            .setCreatedAt("2026-11-27T12:00:00Z").setUpdatedAt("2026-11-27T12:00:01Z").setVersion(3).build();
    private static final OrderResponse ORDER = OrderResponse.newBuilder().setOrderId(ID).setUserId(ADA)
            .addItems(OrderItem.newBuilder().setProductId(ID).setQuantity(2).setName("Book").setPriceMinor(1250))
            .setAddress("1 Main Street").setAmount(25).setAmountMinor(2500).setCurrency("USD").setStatus("PENDING")
            .setCreatedAt("2026-11-27T12:00:00Z").setUpdatedAt("2026-11-27T12:00:00Z").build();
    private static final PaymentResponse PAYMENT = PaymentResponse.newBuilder().setPaymentId(ID).setOrderId(ID)
            .setStatus("PAID").setProvider("sandbox").setCreatedAt("2026-11-27T12:00:00Z")
            .setUpdatedAt("2026-11-27T12:00:01Z").build();
    private static final String NEW_ORDER = "{\"items\":[{\"product_id\":\"" + ID
            + "\",\"quantity\":2}],\"address\":\"1 Main Street\"}";

    private GatewayBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new GatewayBed();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void shouldRegister() {
        // Given
        bed.answer("RegisterUser", PERSON);

        // When
        Answer answer = bed.send("user-register",
                "{\"email\":\"ada@example.com\",\"password\":\"correct horse\",\"name\":\"Ada\"}");

        // Then
        golden(answer, 201, "{\"data\":{\"user_id\":\"" + ADA
                + "\",\"email\":\"ada@example.com\",\"name\":\"Ada\",\"created_at\":\"2026-11-27T12:00:00Z\"},\"code\":201}");
        assertThat(answer.headers()).containsEntry("Location", "/users/" + ADA);
    }

    @Test
    void shouldLogInAndRefresh() {
        // Given
        AuthResponse tokens = AuthResponse.newBuilder().setAccessToken("a").setRefreshToken("r").setUserId(ADA)
                .setExpiresIn(900).build();
        bed.answer("AuthenticateUser", tokens);
        bed.answer("RefreshTokens", tokens.toBuilder().clearExpiresIn().build());

        // When
        Answer login = bed.send("user-login", "{\"email\":\"ada@example.com\",\"password\":\"correct horse\"}");
        Answer refreshed = bed.send("user-refresh", "{\"refreshToken\":\"r\"}");

        // Then
        golden(login, 200, "{\"data\":{\"access_token\":\"a\",\"refresh_token\":\"r\",\"user_id\":\"" + ADA
                + "\",\"expires_in\":900},\"code\":200}");
        golden(refreshed, 200,
                "{\"data\":{\"access_token\":\"a\",\"refresh_token\":\"r\",\"user_id\":\"" + ADA + "\"},\"code\":200}");
    }

    @Test
    void shouldShowAPersonHimselfAlone() {
        // Given
        bed.answer("GetUser", PERSON);

        // When
        Answer own = bed.send("user-get", null, USER, ADA, "id", ADA);
        Answer operators = bed.send("user-get", null, "id", ADA);
        bed.asked.clear();
        Answer others = bed.send("user-get", null, USER, ID, "id", ADA);

        // Then
        assertThat(own.status()).isEqualTo(200);
        assertThat(operators.body()).isEqualTo(own.body());
        golden(others, 404, "{\"error\":\"There is no user with this id.\",\"code\":404}");
        assertThat(bed.asked).isEmpty();
    }

    @Test
    void shouldCreateAProductOfAnExactPriceUnderTheCallersKey() {
        // Given
        bed.answer("CreateProduct", BOOK);

        // When
        Answer answer = bed.send("product-create",
                "{\"name\":\"Book\",\"description\":\"Long\\nand good\",\"price\":49.99,\"currency\":\"USD\",\"stock\":7}",
                "Idempotency-Key", "k", "X-Payroute-Caller", "user:ada");
        String key = bed.asked(CreateProductRequest.class).getIdempotencyKey();
        bed.send("product-create", "{\"name\":\"Book\",\"price\":\"4.999\",\"currency\":\"KWD\"}", "Idempotency-Key", "k",
                "X-Payroute-Caller", "user:eve");

        // Then
        golden(answer, 201, "{\"data\":{\"product_id\":\"" + ID
                + "\",\"name\":\"Book\",\"description\":\"Long\",\"price\":49.99,\"currency\":\"USD\",\"stock\":7,"
                + "\"created_at\":\"2026-11-27T12:00:00Z\",\"updated_at\":\"2026-11-27T12:00:01Z\",\"version\":3},\"code\":201}");
        assertThat(bed.asked(CreateProductRequest.class).getPriceMinor()).isEqualTo(4999);
        assertThat(bed.asked(CreateProductRequest.class).getIdempotencyKey()).hasSize(64).isNotEqualTo(key);
    }

    @Test
    void shouldListReadChangeAndHideProducts() {
        // Given
        bed.answer("ListProducts", ListProductsResponse.newBuilder().addProducts(BOOK).build());
        bed.answer("GetProduct", BOOK.toBuilder().setHidden(true).build());
        bed.answer("UpdateProduct", BOOK);
        bed.answer("DeleteProduct", DeleteProductResponse.newBuilder().setSuccess(true).build());
        bed.answer("CheckStock", CheckStockResponse.newBuilder().setProductId(ID).setAvailable(5).build());

        // When
        Answer list = bed.send("product-list", null, "page", "2", "pageSize", "50", "search", "book");
        Answer one = bed.send("product-get", null, "id", ID);
        Answer changed = bed.send("product-update", "{\"price\":1.5,\"stock\":0,\"version\":2}", "id", ID);
        Answer hidden = bed.send("product-delete", null, "id", ID);
        Answer stock = bed.send("inventory-get", null, "id", ID);

        // Then
        assertThat(list.body().getJsonObject("data").getJsonArray("products").getJsonObject(0).getString("name"))
                .isEqualTo("Book");
        assertThat(bed.asked(ListProductsRequest.class)).isEqualTo(
                ListProductsRequest.newBuilder().setPage(2).setPageSize(50).setSearch("book").build());
        assertThat(one.body().getJsonObject("data").getBoolean("hidden")).isTrue();
        assertThat(changed.status()).isEqualTo(200);
        assertThat(bed.asked(UpdateProductRequest.class)).isEqualTo(
                UpdateProductRequest.newBuilder().setProductId(ID).setPrice(1.5).setStock(0).setVersion(2).build());
        golden(hidden, 200, "{\"data\":{\"success\":true},\"code\":200}");
        golden(stock, 200, "{\"data\":{\"product_id\":\"" + ID + "\",\"available\":5},\"code\":200}");
    }

    @Test
    void shouldOrderForWhoeverIsLoggedIn() {
        // Given
        bed.answer("CreateOrder", ORDER);

        // When
        Answer answer = bed.send("order-create", "{\"items\":[{\"productId\":\"" + ID
                + "\",\"quantity\":2}],\"address\":\"1 Main Street\",\"currency\":\"USD\"}", USER, ADA, "Idempotency-Key", "k");

        // Then
        golden(answer, 201, "{\"data\":{\"order_id\":\"" + ID + "\",\"user_id\":\"" + ADA + "\",\"items\":[{\"product_id\":\""
                + ID + "\",\"quantity\":2,\"name\":\"Book\",\"price\":12.50}],\"address\":\"1 Main Street\",\"amount\":25.00,"
                + "\"currency\":\"USD\",\"status\":\"PENDING\",\"created_at\":\"2026-11-27T12:00:00Z\","
                + "\"updated_at\":\"2026-11-27T12:00:00Z\"},\"code\":201}");
        assertThat(answer.headers()).containsEntry("Location", "/orders/" + ID).doesNotContainKey("Idempotent-Replayed");
        assertThat(bed.asked(CreateOrderRequest.class)).isEqualTo(CreateOrderRequest.newBuilder().setUserId(ADA)
                .addItems(OrderItem.newBuilder().setProductId(ID).setQuantity(2)).setAddress("1 Main Street")
                .setCurrency("USD").setIdempotencyKey("k").build());
    }

    @Test
    void shouldSayThatAnOrderWasMadeBefore() {
        // Given
        bed.answer("CreateOrder", ORDER.toBuilder().setReplayed(true).build());

        // When
        Answer answer = bed.send("order-create", NEW_ORDER, USER, ADA, "Idempotency-Key", "k");

        // Then
        assertThat(answer.headers()).containsEntry("Idempotent-Replayed", "true");
    }

    /** Neither the body nor a caller who is nobody's person says whose order it is. */
    @Test
    void shouldOrderForNobodyElse() {
        // When
        Answer others = bed.send("order-create", NEW_ORDER.replace("{\"items\"", "{\"user_id\":\"eve\",\"items\""), USER, ADA);
        Answer nobodys = bed.send("order-create", NEW_ORDER);
        Answer list = bed.send("order-list", null, USER, ADA, "user_id", "eve");

        // Then
        assertThat(others.status()).isEqualTo(403);
        assertThat(nobodys.status()).isEqualTo(403);
        assertThat(list.status()).isEqualTo(403);
        assertThat(bed.asked).isEmpty();
    }

    @Test
    void shouldReachAUsersOwnOrdersAlone() {
        // Given
        bed.answer("GetOrder", ORDER);
        bed.answer("CancelOrder", ORDER.toBuilder().setStatus("CANCELLED").setReason("cancelled by the customer").build());
        bed.answer("ListOrders", ListOrdersResponse.newBuilder().addOrders(ORDER).build());

        // When
        Answer one = bed.send("order-get", null, USER, ADA, "id", ID);
        Answer cancelled = bed.send("order-cancel", null, USER, ADA, "id", ID);
        Answer list = bed.send("order-list", null, USER, ADA, "page_size", "100");
        Answer operators = bed.send("order-list", null, "user_id", ADA, "page_size", "100");
        Answer nobodys = bed.send("order-list", null);

        // Then
        assertThat(one.status()).isEqualTo(200);
        assertThat(cancelled.body().getJsonObject("data").getString("reason")).isEqualTo("cancelled by the customer");
        assertThat(list.body().getJsonObject("data").getJsonArray("orders")).hasSize(1);
        assertThat(operators.body()).isEqualTo(list.body());
        assertThat(nobodys.status()).isEqualTo(422);
        assertThat(bed.asked(GetOrderRequest.class).getUserId()).isEqualTo(ADA);
        assertThat(bed.asked(CancelOrderRequest.class).getUserId()).isEqualTo(ADA);
        assertThat(bed.asked(ListOrdersRequest.class))
                .isEqualTo(ListOrdersRequest.newBuilder().setUserId(ADA).setPage(1).setPageSize(100).build());
    }

    @Test
    void shouldPayWhatTheOrderSays() {
        // Given
        bed.answer("GetOrder", ORDER);
        bed.answer("InitiatePayment", PAYMENT);
        bed.answer("CheckPaymentStatus", PAYMENT);

        // When
        Answer answer = bed.send("payment-initiate", "{\"order_id\":\"" + ID
                + "\",\"amount\":25.0,\"currency\":\"USD\",\"user_id\":\"" + ADA + "\",\"payment_method_id\":\"card\"}", USER,
                ADA);
        Answer status = bed.send("payment-status", null, USER, ADA, "id", ID);

        // Then
        golden(answer, 200, "{\"data\":{\"payment_id\":\"" + ID + "\",\"order_id\":\"" + ID
                + "\",\"status\":\"PAID\",\"provider\":\"sandbox\",\"created_at\":\"2026-11-27T12:00:00Z\","
                + "\"updated_at\":\"2026-11-27T12:00:01Z\",\"message\":\"\"},\"code\":200}");
        assertThat(status.body()).isEqualTo(answer.body());
        assertThat(bed.asked(InitiatePaymentRequest.class)).isEqualTo(InitiatePaymentRequest.newBuilder().setOrderId(ID)
                .setUserId(ADA).setAmountMinor(2500).setCurrency("USD").setPaymentMethodId("card").build());
        assertThat(bed.asked(CheckPaymentStatusRequest.class).getUserId()).isEqualTo(ADA);
    }

    @ParameterizedTest
    @CsvSource({"'\"amount\":0.01',422,order_amount", "'\"amount\":25.001',422,amount_precision",
            "'\"currency\":\"EUR\"',422,order_currency"})
    void shouldRefuseAPaymentThatIsNotTheOrders(String more, int status, String rule) {
        // Given
        bed.answer("GetOrder", ORDER);

        // When
        Answer answer = bed.send("payment-initiate", "{\"order_id\":\"" + ID + "\"," + more + "}", USER, ADA);

        // Then
        assertThat(answer.status()).isEqualTo(status);
        assertThat(rule(answer)).isEqualTo(rule);
        assertThat(bed.asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED", "CANCELLED", "REFUNDED"})
    void shouldNotPayAnOrderThatIsOff(String status) {
        // Given
        bed.answer("GetOrder", ORDER.toBuilder().setStatus(status).build());

        // When
        Answer answer = bed.send("payment-initiate", "{\"order_id\":\"" + ID + "\"}", USER, ADA);

        // Then
        assertThat(answer.status()).isEqualTo(409);
        assertThat(bed.asked).hasSize(1);
    }

    @Test
    void shouldSendAMail() {
        // Given
        bed.answer("SendEmail", NotifyResponse.newBuilder().setSuccess(true).setMessage("E-mail accepted").build());

        // When
        Answer answer = bed.send("notification-email",
                "{\"to\":\"ada@example.com\",\"subject\":\"Hello\",\"body\":\"Two\\nlines\"}", USER, ADA);

        // Then
        golden(answer, 200, "{\"data\":{\"success\":true,\"message\":\"E-mail accepted\"},\"code\":200}");
        assertThat(bed.asked).singleElement().isEqualTo(
                SendEmailRequest.newBuilder().setTo("ada@example.com").setSubject("Hello").setBody("Two\nlines").build());
    }

    @Test
    void shouldSendAnSms() {
        // Given
        bed.answer("SendSMS", NotifyResponse.newBuilder().setSuccess(true).setMessage("SMS accepted").build());

        // When
        Answer answer = bed.send("notification-sms", "{\"phoneNumber\":\"+4915112345678\",\"message\":\"Hello\"}");

        // Then
        golden(answer, 200, "{\"data\":{\"success\":true,\"message\":\"SMS accepted\"},\"code\":200}");
    }

    /** Each is refused before anybody is asked, and names field and rule. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":0}],\"address\":\"a\"}|items[0].quantity|out_of_range",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":-1}],\"address\":\"a\"}|items[0].quantity|out_of_range",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":1000001}],\"address\":\"a\"}|items[0].quantity|out_of_range",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":99999999999999999999}],\"address\":\"a\"}|items[0].quantity|out_of_range",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":1.5}],\"address\":\"a\"}|items[0].quantity|wrong_type",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":\"1\"}],\"address\":\"a\"}|items[0].quantity|wrong_type",
            "order-create|{\"items\":[],\"address\":\"a\"}|items|wrong_size",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":1}]}|address|required",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":1}],\"address\":\"a\",\"price\":1}|price|unknown_field",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"productId\":\"q\",\"quantity\":1}],\"address\":\"a\"}|items[0].productId|duplicate_key",
            "payment-initiate|{\"order_id\":\"" + ID + "\",\"amount\":-25}|amount|amount_not_positive",
            "payment-initiate|{\"order_id\":\"1\"}|order_id|uuid",
            "order-create|{\"items\":[{\"product_id\":\"p\",\"quantity\":1}],\"address\":\"a\",\"currency\":\"XXX\"}|currency|currency_unknown",
            "notification-email|{\"to\":\"ada\",\"subject\":\"a\",\"body\":\"b\"}|to|email",
            "product-create|{\"name\":\"Book\",\"price\":0}|price|amount_not_positive",
            "product-create|{\"name\":\"Book\",\"price\":1.999}|price|amount_precision",
            "product-create|{\"name\":\"Book\",\"price\":1,\"currency\":\"XXX\"}|currency|currency_unknown",
            "product-create|{\"name\":\"Book\",\"price\":1,\"stock\":-1}|stock|out_of_range",
            "product-update|{\"description\":\"\"}|description|too_short",
            "product-update|{\"price\":0}|price|amount_not_positive",
            "product-update|{\"price\":1e-9}|price|amount_precision",
            "product-update|{\"price\":1.234,\"currency\":\"USD\"}|price|amount_precision",
            "user-register|{\"email\":\"ada@example.com\",\"name\":\"Ada\"}|password|required",
            "user-refresh|{\"refresh_token\":1}|refresh_token|wrong_type"})
    void shouldNameFieldAndRule(String route, String body, String field, String rule) {
        // When
        Answer answer = bed.send(route, body, USER, ADA, "id", ID);

        // Then
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().getInteger("code")).isEqualTo(422);
        assertThat(rule(answer)).isEqualTo(rule);
        assertThat(answer.body().getJsonArray("details").getJsonObject(0).getString("field")).isEqualTo(field);
        assertThat(bed.asked).isEmpty();
    }

    @Test
    void shouldRefuseABadKeyAndABadPage() {
        // When
        Answer key = bed.send("order-create", NEW_ORDER, USER, ADA, "Idempotency-Key", "two words");
        Answer page = bed.send("order-list", null, USER, ADA, "page", "0");
        Answer body = bed.send("order-create", "[]", USER, ADA);
        Answer id = bed.send("order-get", null, USER, ADA, "id", "1");

        // Then
        assertThat(key.status()).isEqualTo(422);
        assertThat(page.status()).isEqualTo(422);
        golden(body, 400, "{\"error\":\"The body must be a JSON object.\",\"code\":400}");
        golden(id, 404, "{\"error\":\"There is no order with this id.\",\"code\":404}");
        assertThat(bed.asked).isEmpty();
    }

    /** A server of the earlier contract knows neither minor units nor currency. */
    @Test
    void shouldUnderstandAServerOfTheEarlierContract() {
        // Given
        bed.answer("GetOrder", OrderResponse.newBuilder().setOrderId(ID).setAmount(19.99).setStatus("PAID")
                .addItems(OrderItem.newBuilder().setProductId(ID).setQuantity(1)).build());

        // When
        Answer answer = bed.send("order-get", null, USER, ADA, "id", ID);

        // Then
        JsonObject data = answer.body().getJsonObject("data");
        assertThat(data.encode()).contains("\"amount\":19.99,", "\"items\":[{\"product_id\":\"" + ID + "\",\"quantity\":1}]")
                .doesNotContain("currency");
    }

    private static String rule(Answer answer) {
        return answer.body().getJsonArray("details").getJsonObject(0).getString("rule");
    }

    private static void golden(Answer answer, int status, String body) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().encode()).isEqualTo(new JsonObject(body).encode());
    }
}
