package io.payroute.crash;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.crash.AccessTable.Row;
import io.payroute.testing.OpenPorts;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Who reaches what, over every path and port of the process, is what docs/http.md says: asked of the packaged application. */
@Timeout(240)
class AccessIT {

    /** Of users' own things; a user reaches no others, whatever the scopes of his token. */
    private static final Set<String> OWN = Set.of("payments:read", "payments:write", "refunds:write", "shop:buy",
            "catalog:manage");
    private static final String UNKNOWN = "0123456789abcdef0123456789abcdef0123456789";

    private static Surroundings all;
    private static AccessTable table;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(Duration.ofSeconds(2)).build();

    /** @param scopes that the documentation lets him use; null when nobody knows him */
    private record Visitor(String name, String token, Set<String> scopes, boolean user) {

        /** @return 401, 403, or 0 where he comes in */
        int expected(Row row) {
            if (row != null && row.scope() == null) {
                return 0;
            }
            String needed = row == null ? "operate" : row.scope();
            return scopes == null ? 401 : scopes.contains(needed) && (!user || OWN.contains(needed)) ? 0 : 403;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        all = Surroundings.shared();
        table = new AccessTable();
    }

    @Test
    void shouldLetEachVisitorReachWhatTheDocumentationSaysAndNothingElse() throws Exception {
        // Given
        Set<String> served = AccessTable.served();
        List<Visitor> visitors = visitors();

        // When
        List<String> wrong = new ArrayList<>();
        for (String one : served) {
            String method = one.split(" ")[0];
            String path = example(one.split(" ")[1]);
            Row row = table.of(method, path);
            if (row == null) {
                wrong.add(one + " is not in the tables of docs/http.md");
            }
            for (Visitor visitor : visitors) {
                HttpResponse<String> answer = send(method, path, visitor.token());
                int status = answer.statusCode();
                // The login itself answers 401 to whoever sends no password.
                int met = (status == 401 || status == 403) && !path.equals("/login") ? status : 0;
                if (met != visitor.expected(row) || answer.body().contains("nothing at this path") || status == 405) {
                    wrong.add(one + " answers " + status + " to " + visitor.name());
                }
            }
        }

        // Then
        assertThat(served).hasSizeGreaterThan(80);
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldTellNobodyButAnOperatorWhatIsNotThere() throws Exception {
        // Given
        Set<String> unknown = new TreeSet<>(Set.of("GET /nothing", "POST /opsx", "GET /q/dev", "GET /q/arc", "GET /q/openapi",
                "GET /q/healthx", "GET /api/v1/payments/x/y/z", "GET /pages/../application.properties",
                "GET /META-INF/MANIFEST.MF",
                "GET /pages/none.css", "GET /favicon.ico", "OPTIONS /api/v1/payments", "TRACE /health", "GET /.env"));
        AccessTable.served().stream().map(one -> one.split(" ")[1]).distinct()
                .forEach(path -> Stream.of("PUT", "DELETE", "PATCH")
                        .filter(method -> table.of(method, example(path)) == null)
                        .forEach(method -> unknown.add(method + " " + path)));

        // When
        List<String> wrong = new ArrayList<>();
        for (String one : unknown) {
            String method = one.split(" ")[0];
            String path = example(one.split(" ")[1]);
            boolean open = path.startsWith("/pages/") || path.startsWith("/q/");
            HttpResponse<String> anonymous = send(method, path, null);
            HttpResponse<String> operator = send(method, path, ApplicationProcess.TOKEN);
            if (!Set.of(404, 405, 400).contains(operator.statusCode())
                    || !(open ? Set.of(401, 404, 405) : Set.of(401)).contains(anonymous.statusCode())) {
                wrong.add(one + " answers " + anonymous.statusCode() + " and to an operator " + operator.statusCode());
            }
            for (HttpResponse<String> answer : List.of(anonymous, operator)) {
                if (answer.body().matches("(?s).*(Exception|io\\.payroute|io\\.quarkus|\\tat |RESTEASY|/tmp/).*")) {
                    wrong.add(one + " says " + answer.body());
                }
            }
        }

        // Then
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldHaveNoPortOpenButThoseOfTheDocumentation() throws Exception {
        List<Integer> documented = new ArrayList<>(all.bed.grpcPorts());
        documented.addAll(List.of(all.bed.address().getPort(), all.managementPort));
        assertThat(OpenPorts.of(all.application.process()).stream().map(OpenPorts.OpenPort::number))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void shouldAnswerAtTheManagementPortForHealthAlone() throws Exception {
        for (String one : AccessTable.served()) {
            String path = example(one.split(" ")[1]);
            int status = http
                    .send(HttpRequest.newBuilder(all.bed.address().resolve("http://127.0.0.1:" + all.managementPort + path))
                            .timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString())
                    .statusCode();
            assertThat(status).as(path).isEqualTo(path.matches("/q/health(/live|/ready)?") ? 200 : 404);
        }
    }

    private static List<Visitor> visitors() throws GeneralSecurityException {
        String scopes = String.join(" ", Surroundings.SCOPES);
        List<Visitor> visitors = new ArrayList<>(List.of(new Visitor("an anonymous visitor", null, null, false),
                new Visitor("an unknown token", UNKNOWN, null, false),
                new Visitor("an unknown key", "pr_" + UNKNOWN, null, false),
                new Visitor("an expired JWT", jwt("ada", scopes, -600, Surroundings.JWT_SECRET), null, false),
                new Visitor("a JWT of somebody else's", jwt("ada", scopes, 600, "x".repeat(32)), null, false),
                new Visitor("a user with every scope", jwt("ada", scopes, 600, Surroundings.JWT_SECRET),
                        Set.copyOf(Surroundings.SCOPES), true),
                new Visitor("a user without a scope", jwt("ada", "", 600, Surroundings.JWT_SECRET), Set.of(), true)));
        Surroundings.SCOPES.forEach(scope -> visitors.add(
                new Visitor("a token for " + scope, Surroundings.token(scope), Set.of(scope), false)));
        return visitors;
    }

    private static String jwt(String subject, String scopes, long seconds, String secret) throws GeneralSecurityException {
        String text = Stream.of(new JsonObject().put("alg", "HS256").put("typ", "JWT"),
                new JsonObject().put("iss", "https://issuer.test").put("aud", "payroute").put("sub", subject)
                        .put("scope", scopes).put("iat", Instant.now().getEpochSecond() - 1_000)
                        .put("exp", Instant.now().getEpochSecond() + seconds))
                .map(part -> base64(part.encode().getBytes(StandardCharsets.UTF_8))).collect(Collectors.joining("."));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return text + "." + base64(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** With something in the place of each parameter that is nowhere. */
    private static String example(String path) {
        return path.replace("{role}", "payment").replace("{provider}", "stripe").replaceAll("\\{[^}]*}",
                new UUID(0, 7).toString());
    }

    /** A body that no path takes, so that nothing is changed. */
    private HttpResponse<String> send(String method, String path, String token) throws IOException, InterruptedException {
        boolean form = path.matches("/(ops|login|logout).*");
        HttpRequest.Builder request = HttpRequest.newBuilder(all.bed.address().resolve(path)).timeout(Duration.ofSeconds(10))
                .header("Content-Type", form ? "application/x-www-form-urlencoded" : "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(form ? "" : "{"));
        return http.send((token == null ? request : request.header("Authorization", "Bearer " + token)).build(),
                BodyHandlers.ofString());
    }
}
