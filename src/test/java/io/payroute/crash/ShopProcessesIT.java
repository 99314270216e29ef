package io.payroute.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.google.protobuf.DynamicMessage;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.earlier.EarlierClient;
import io.payroute.testing.FreePorts;
import io.payroute.testing.RolesOn;
import io.payroute.testing.TokenKeyFile;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The shop as one process a role. Each has the address of its own database and no other's, and a database user as the set-up for
 * compose makes them; whoever buys is a client of the earlier system, which knows its contract alone.
 */
class ShopProcessesIT {

    private static final List<String> ROLES = List.of("user", "product", "inventory", "order", "payment", "notification");
    private static final String PASSWORD = "a-password-of-the-test";
    private static final String FORBIDDEN = "42501";

    private static final Map<String, String> SERVICES = FreePorts.ofServices();
    private static final Map<String, ApplicationProcess> PROCESSES = new HashMap<>();
    private static final Map<String, ManagedChannel> CHANNELS = new HashMap<>();
    private static final Map<String, Integer> PORTS = new HashMap<>();
    private static final EarlierClient CLIENT = new EarlierClient();
    private static TestBed bed;

    static List<String> roles() {
        return ROLES;
    }

    @BeforeAll
    static void start() throws Exception {
        bed = new TestBed("shop");
        for (String role : ROLES) {
            makeDatabase(role);
        }
        for (String role : Stream.concat(ROLES.stream(), Stream.of("gateway")).toList()) {
            PORTS.put(role, FreePorts.next());
            launch(role);
            if (ROLES.contains(role)) {
                CHANNELS.put(role,
                        NettyChannelBuilder.forTarget(SERVICES.get(role + ".grpc.address")).usePlaintext().build());
            }
        }
        PROCESSES.values().forEach(ApplicationProcess::awaitReady);
    }

    private static void launch(String role) {
        int port = PORTS.get(role);
        PROCESSES.put(role, ApplicationProcess.launch(port, environment(role), properties(role, port),
                Path.of("target/crash", "shop-" + ProcessHandle.current().pid(), role + ".log").toAbsolutePath()));
    }

    /** As docker/postgres/10-databases.sh does. */
    private static void makeDatabase(String role) throws SQLException, IOException {
        String script = Files.readString(Path.of("docker/postgres/10-databases.sh"));
        String made = script.substring(script.indexOf("<<'SQL'") + 7, script.indexOf("\nSQL\n"))
                .replace(":\"role\"", '"' + role + '"').replace(":'password'", "'" + PASSWORD + "'");
        try (Connection admin = DriverManager.getConnection(url("payment").replaceFirst("/payment\\b", "/postgres"),
                bed.postgres.address("embedded.postgres.username"), bed.postgres.address("embedded.postgres.password"));
                Statement statement = admin.createStatement()) {
            statement.execute("DROP DATABASE \"" + role + '"');
            for (String one : made.split(";")) {
                if (!one.isBlank()) {
                    statement.execute(one);
                }
            }
        }
    }

    private static Map<String, String> environment(String role) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bed.kafka.address("embedded.kafka.bootstrap-servers"));
        if (ROLES.contains(role)) {
            String prefix = role.toUpperCase(Locale.ROOT) + "_JDBC_";
            environment.put(prefix + "URL", url(role));
            environment.put(prefix + "USERNAME", role);
            environment.put(prefix + "PASSWORD", PASSWORD);
        }
        environment.put("PAYROUTE_HTTP_TOKENS", "crash:" + ApplicationProcess.TOKEN);
        environment.put("HTTP_HOST", "127.0.0.1");
        if (role.equals("user")) {
            environment.put("USER_TOKEN_KEY_FILE", TokenKeyFile.in(Path.of("target/crash")).toString());
        }
        if (role.equals("notification")) {
            environment.put("SMTP_HOST", "127.0.0.1");
            environment.put("SMTP_PORT", Integer.toString(bed.smtpPort()));
        }
        return environment;
    }

    private static String url(String database) {
        return bed.postgres.address("embedded.postgres." + database + ".jdbc-url");
    }

    private static Map<String, String> properties(String role, int port) {
        Map<String, String> properties = new HashMap<>(SERVICES);
        properties.put("quarkus.http.port", Integer.toString(port));
        properties.put("payroute.management.port", "0");
        properties.put("smtp.start-tls", "disabled");
        properties.putAll(RolesOn.alone(role));
        if (role.equals("gateway")) {
            properties.put("user.token.jwks", "http://127.0.0.1:" + PORTS.get("user") + "/.well-known/jwks.json");
        }
        return properties;
    }

    @AfterAll
    static void stop() {
        CHANNELS.values().forEach(ManagedChannel::shutdownNow);
        PROCESSES.values().forEach(ApplicationProcess::kill);
        bed.close();
    }

    @Test
    void shouldSellToAClientOfTheEarlierSystem() throws Exception {
        // Given
        String user = text(call("user.UserService/RegisterUser",
                "email: 'ada@example.com' password: 'a long enough password' name: 'Ada'"), "user_id");
        String token = text(call("user.UserService/AuthenticateUser",
                "email: 'ada@example.com' password: 'a long enough password'"), "access_token");
        String product = text(call("product.ProductService/CreateProduct",
                "name: 'Book' description: 'About routes' price: 19.99 stock: 5"), "product_id");
        await(() -> assertThat(available(product)).isEqualTo(5));

        // When
        DynamicMessage made = call("order.OrderService/CreateOrder", "user_id: '" + user + "' items { product_id: '" + product
                + "' quantity: 2 } address: '1 Main Street' currency: 'USD'");

        // Then
        String order = text(made, "order_id");
        assertThat(token).isNotEmpty();
        assertThat(EarlierClient.field(made, "amount")).isEqualTo(39.98);
        await(() -> assertThat(status(order)).isEqualTo("PAID"));
        assertThat(available(product)).isEqualTo(3);
        await(() -> assertThat(EarlierClient.field(call("product.ProductService/GetProduct", "product_id: '" + product + "'"),
                "stock")).isEqualTo(3));
        await(() -> assertThat(mails("ada@example.com")).contains("Subject: Your order " + order + " has been received",
                "Subject: Your order " + order + ": paid", "2 x Book, 19.99 USD each: 39.98 USD")
                .containsOnlyOnce("has been received").containsOnlyOnce(": paid").doesNotContain("Payment of"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inventory", "payment"})
    void shouldLetAnOrderWaitForARoleThatIsAway(String away) throws Exception {
        // Given
        String product = text(call("product.ProductService/CreateProduct",
                "name: 'Wanted without " + away + "' price: 19.99 stock: 5"), "product_id");
        await(() -> assertThat(available(product)).isEqualTo(5));
        PROCESSES.get(away).close();

        // When
        List<String> orders = new ArrayList<>();
        await(() -> orders.add(text(call("order.OrderService/CreateOrder", "user_id: 'ada' items { product_id: '" + product
                + "' quantity: 1 } address: '1 Main Street' currency: 'USD'"), "order_id")));
        String meanwhile = status(orders.get(0));
        launch(away);

        // Then
        assertThat(meanwhile).isEqualTo("PENDING");
        await(() -> assertThat(status(orders.get(0))).isEqualTo("PAID"));
        assertThat(available(product)).isEqualTo(4);
    }

    private static String status(String order) throws Exception {
        return text(call("order.OrderService/GetOrder", "order_id: '" + order + "'"), "status");
    }

    @Test
    void shouldChargeForAProgramOfTheEarlierSystem() throws Exception {
        // When
        String payment = text(call("payment.PaymentService/InitiatePayment",
                "order_id: 'another-1' amount: 12.5 currency: 'USD' user_id: 'eve'"), "payment_id");

        // Then
        await(() -> assertThat(text(call("payment.PaymentService/CheckPaymentStatus", "payment_id: '" + payment + "'"),
                "status")).isEqualTo("PAID"));
    }

    /** It has no database, and knows whose a token is by the keys of the role user. */
    @Test
    void shouldServeTheShopThroughTheGatewayAlone() throws Exception {
        // Given
        String login = "{\"email\":\"grace@example.com\",\"password\":\"a long enough password\"";
        String user = through("POST", "/users", null, login + ",\"name\":\"Grace\"}").getString("user_id");
        String token = through("POST", "/user/auth", null, login + "}").getString("access_token");
        String product = through("POST", "/products", ApplicationProcess.TOKEN,
                "{\"name\":\"Pen\",\"price\":\"2.50\",\"stock\":5}").getString("product_id");
        await(() -> assertThat(available(product)).isEqualTo(5));

        // When
        JsonObject made = through("POST", "/orders", token,
                "{\"items\":[{\"product_id\":\"" + product + "\",\"quantity\":2}],\"address\":\"1 Main Street\"}");

        // Then
        assertThat(made.getString("user_id")).isEqualTo(user);
        await(() -> assertThat(status(made.getString("order_id"))).isEqualTo("PAID"));
        assertThat(through("GET", "/orders/" + made.getString("order_id"), token, null).getString("status")).isEqualTo("PAID");
    }

    /** @return what is in the envelope */
    private static JsonObject through(String method, String path, String token, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORTS.get("gateway") + path))
                .header("Content-Type", "application/json").method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
        return new JsonObject(answer.body()).getJsonObject("data");
    }

    @ParameterizedTest
    @MethodSource("roles")
    void shouldOpenNoDatabaseButItsOwn(String role) throws SQLException {
        for (String database : ROLES) {
            if (database.equals(role)) {
                DriverManager.getConnection(url(database), role, PASSWORD).close();
            } else {
                assertThat(catchThrowableOfType(SQLException.class,
                        () -> DriverManager.getConnection(url(database), role, PASSWORD).close()).getSQLState())
                        .as(role + " at " + database).isEqualTo(FORBIDDEN);
            }
        }
    }

    private static DynamicMessage call(String method, String request) throws Exception {
        return CLIENT.call(CHANNELS.get(method.substring(0, method.indexOf('.'))), method, request);
    }

    private static String text(DynamicMessage message, String field) {
        return EarlierClient.field(message, field).toString();
    }

    private static Object available(String product) throws Exception {
        return EarlierClient.field(call("inventory.InventoryService/CheckStock", "product_id: '" + product + "'"), "available");
    }

    private static String mails(String address) throws IOException, InterruptedException {
        URI url = URI.create(bed.smtp.address("embedded.mail.url") + "/?to=" + address);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void await(ThrowingRunnable condition) {
        Awaitility.await().atMost(TestBed.PATIENCE).ignoreExceptions().untilAsserted(condition);
    }
}
