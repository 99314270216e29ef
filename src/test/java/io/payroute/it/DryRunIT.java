package io.payroute.it;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.payroute.testing.SideBySide;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a dry run says of recorded events is what the application then does with them. All providers charge as the sandbox does here, and
 * sign alike; what their events mean is read by the packaged declarations.
 */
@Timeout(400)
class DryRunIT {

    private static final String SECRET = "a-secret-of-this-test-that-is-long-enough";
    private static final List<String> PROVIDERS = List.of("sandbox", "stripe", "paypal", "adyen", "razorpay");
    private static Path folder;
    private static Application application;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "dry-run");
        Path routes = Files.createDirectories(folder.resolve("config/routes"));
        List<String> options = new ArrayList<>(List.of("-Dpayroute.config=" + folder.resolve("config"),
                "-Dpayment.provider.stripe.api-key=sk_test_of_nobody", "-Dpayment.unknown.query-schedule=1h",
                "-Dpayment.provider-events.retry-first=200ms", "-Dpayment.provider-events.retry-max=400ms",
                "-Dpayment.provider-events.give-up-after=8s", "-Dpayment.process.timeout=1s"));
        for (String provider : PROVIDERS) {
            String packaged = Files.readString(
                    Path.of("src/main/resources/routes/payment/provider-" + provider + "-events.camel.yaml"));
            Files.writeString(routes.resolve(provider + "-events.camel.yaml"), packaged
                    .replaceAll("(?m)^ +signatureHeader: .*\n", "").replaceAll(" signature: .*\n",
                            " signature: body-hmac\n              signatureHeader: X-Signed\n"));
            options.add("-Dprovider." + provider + ".webhook-secrets=" + SECRET);
            if (!provider.equals("sandbox")) {
                Files.writeString(routes.resolve(provider + ".camel.yaml"), """
                        - route:
                            id: provider-%1$s
                            description: Charges as the sandbox does.
                            group: payment
                            precondition: "{{role.payment}}"
                            routeConfigurationId: provider
                            from:
                              uri: direct:provider-%1$s
                              steps:
                                - to:
                                    id: as-sandbox-%1$s
                                    description: The sandbox stands for it
                                    uri: direct:provider-sandbox
                        """.formatted(provider));
            }
        }
        application = Application.of("dry-run", options.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        application.stop();
    }

    private record Recorded(String provider, Map<String, JsonObject> known, RecordedEvents events) {
    }

    @Test
    void shouldSayOfEachEventWhatTheApplicationThenDoes() throws Exception {
        // Given
        List<Recorded> recorded = SideBySide.of(PROVIDERS, provider -> {
            Map<String, JsonObject> known = payments(provider);
            return new Recorded(provider, known, recorded(provider, known));
        });
        Path books = folder.resolve("books.json");
        Files.writeString(books, recorded.stream().flatMap(one -> one.known().values().stream()).map(JsonObject::encode)
                .collect(Collectors.joining("\n")));

        // When
        Map<String, List<JsonObject>> tried = dryRun(books);

        // Then
        List<List<String>> settled = SideBySide.of(recorded, one -> send(one.events()));
        for (int i = 0; i < recorded.size(); i++) {
            assertSaid(recorded.get(i), tried.get(recorded.get(i).provider()), settled.get(i));
        }
    }

    private static void assertSaid(Recorded recorded, List<JsonObject> tried, List<String> settled) throws IOException {
        List<String> said = new ArrayList<>();
        for (JsonObject one : tried) {
            said.add(Path.of(one.getString("tried")).getFileName() + " " + word(one));
        }
        assertThat(said).as(recorded.provider()).containsExactlyElementsOf(settled);
        for (JsonObject one : recorded.known().values()) {
            JsonObject payment = application.payment(one.getJsonObject("payment").getString("id"));
            List<String> booked = books(tried, payment.getString("id"));
            assertThat(booked.isEmpty() || booked.contains(sums(payment))).as(booked + " of " + payment.encode()).isTrue();
        }
        assertThat(said.toString()).contains("applied", "no_effect", "conflict", "unmatched", "undeclared", "unreadable",
                "none");
    }

    /** By what they are for in the test; as the application answers them. */
    private static Map<String, JsonObject> payments(String provider) throws IOException {
        Map<String, JsonObject> known = new LinkedHashMap<>();
        known.put("reserved", created(provider, "50.00", false, "authorized"));
        known.put("charged", created(provider, "30.00", true, "completed"));
        known.put("refunding", operated(created(provider, "100.00", true, "completed"), "refunds"));
        known.put("capturing", operated(created(provider, "60.00", false, "authorized"), "capture"));
        known.put("open", created(provider, "40.06", true, "processing"));
        known.put("early", created(provider, "40.06", true, "processing"));
        return known;
    }

    private static JsonObject created(String provider, String amount, boolean capture, String status) throws IOException {
        HttpResponse<String> answer = application.send(application.request("/api/v1/payments")
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(new JsonObject().put("amount", amount)
                        .put("currency", "USD").put("method", "card").put("provider", provider).put("capture", capture)
                        .encode())));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        String id = new JsonObject(answer.body()).getString("payment_id");
        await().atMost(Application.PATIENCE).untilAsserted(() -> assertThat(application.payment(id).getString("status") + ' '
                + application.payment(id).containsKey("provider_reference")).isEqualTo(status + " true"));
        return new JsonObject().put("payment", application.payment(id));
    }

    /** Asks for 40.08, which the sandbox carries out and does not answer. */
    private static JsonObject operated(JsonObject known, String operation) throws IOException {
        String id = known.getJsonObject("payment").getString("id");
        HttpResponse<String> answer = application.send(application.request("/api/v1/payments/" + id + "/" + operation)
                .header("Content-Type", "application/json").header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofString("{\"amount\":40.08}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return new JsonObject(answer.body());
    }

    private static RecordedEvents recorded(String provider, Map<String, JsonObject> known) throws IOException {
        RecordedEvents events = new RecordedEvents(provider, folder.resolve("events"));
        About about = (name, part, minor) -> {
            JsonObject payment = known.get(name).getJsonObject("payment");
            Map<String, Object> values = new LinkedHashMap<>(Map.of("payment", payment.getString("id"), "reference",
                    payment.getString("provider_reference"), "part", part + "-" + payment.getString("id"), "minor", minor));
            if (name.equals("refunding")) {
                values.put("operation", known.get(name).getJsonObject("operation").getString("id"));
            }
            return values;
        };
        events.add("e1", "authorized", about.of("reserved", "a1", 5000));
        events.add("e2", "completed", about.of("reserved", "c1", 2000));
        events.add("e3", "completed", about.of("reserved", "c2", 1000));
        events.add("e2", "completed", about.of("reserved", "c1", 2000));
        events.add("e5", "completed", about.of("reserved", "c1", 2000));
        events.add("e6", "cancelled", about.of("reserved", "v1", 5000));
        events.add("e7", "refunded", about.of("charged", "r1", 500));
        events.add("e8", "refunded", about.of("charged", "r1", 500));
        events.add("e9", "refunded", about.of("charged", "r2", 9900));
        events.add("e10", "opened", about.of("charged", "d1", 3000));
        events.add("e11", "lost", about.of("charged", "d1", 3000));
        events.add("e12", "opened", about.of("charged", "d1", 3000));
        events.add("e13", "refunded", about.of("refunding", "r3", 4008));
        events.add("e14", "completed", about.of("capturing", "c3", 4008));
        events.add("e15", "failed", about.of("open", "f1", 4006));
        events.add("e16", "completed", about.of("open", "c4", 4006));
        events.add("e17", "refunded", about.of("early", "r4", 500));
        events.add("e18", "completed", about.of("early", "c5", 4006));
        events.add("e19", "completed", Map.of("payment", UUID.randomUUID().toString(), "reference", "not-here", "minor", 700));
        events.add("e20", "completed", about.of("charged", "c6", 9900));
        Map<String, Object> euros = about.of("charged", "c7", 3000);
        euros.put("currency", "EUR");
        events.add("e21", "completed", euros);
        events.add("e22", "payment.brand.new", about.of("charged", "n1", 3000));
        events.add("e23", "ignored", about.of("charged", "n2", 3000));
        events.add("e24", "completed", about.of("charged", "n3", "a lot"));
        return events;
    }

    @FunctionalInterface
    private interface About {
        Map<String, Object> of(String name, String part, Object minor);
    }

    /** @return what it says of each event, by provider */
    private static Map<String, List<JsonObject>> dryRun(Path books) throws Exception {
        Path out = folder.resolve("said.json");
        Path here = Files.createDirectories(folder.resolve("here"));
        Process process = new ProcessBuilder(Path.of("target/quarkus-app/payroute").toAbsolutePath().toString(), "dry-run",
                folder.resolve("config").toString(),
                "--events", folder.resolve("events").toString(), "--books", books.toString(), "--json")
                .directory(here.toFile()).redirectError(Redirect.DISCARD).redirectOutput(out.toFile()).start();
        process.waitFor();
        assertThat(here).as("It starts nothing").isEmptyDirectory();
        return new JsonArray(Files.readString(out)).stream().map(JsonObject.class::cast).collect(
                Collectors.groupingBy(one -> Path.of(one.getString("tried")).getParent().getFileName().toString()));
    }

    /** Under what an event would be listed. */
    private static String word(JsonObject tried) {
        for (Object one : tried.getJsonArray("said")) {
            JsonObject said = (JsonObject) one;
            switch (said.getString("what")) {
                case "unreadable", "undeclared" -> {
                    return said.getString("what");
                }
                case "ignored" -> {
                    return "no_effect";
                }
                case "effect" -> {
                    return said.getString("text").replaceAll(":.*", "");
                }
                default -> {
                }
            }
        }
        throw new AssertionError(tried);
    }

    /** The sums of a payment after each event; what has waited stands where it came. */
    private static List<String> books(List<JsonObject> tried, String payment) {
        List<String> booked = new ArrayList<>();
        for (JsonObject one : tried) {
            JsonArray said = one.getJsonArray("said");
            if (said.toString().contains(payment)) {
                said.stream().map(JsonObject.class::cast).filter(text -> text.getString("what").equals("books"))
                        .forEach(text -> booked.add(text.getString("text")));
            }
        }
        return booked;
    }

    private static String sums(JsonObject payment) {
        StringBuilder text = new StringBuilder();
        Map.of("captured", 0, "refunded", 1, "disputed", 2, "charged_back", 3).entrySet().stream()
                .sorted(Map.Entry.comparingByValue()).map(Map.Entry::getKey)
                .filter(name -> payment.getLong(name + "_minor") > 0)
                .forEach(name -> text.append(text.length() == 0 ? "" : ", ").append(name.replace('_', ' ')).append(' ')
                        .append(BigDecimal.valueOf(payment.getLong(name + "_minor"), 2).toPlainString()).append(" USD"));
        return text.toString();
    }

    /** One after the other, each once the one before has been tried. @return under what each is listed in the end */
    private static List<String> send(RecordedEvents events) throws Exception {
        List<String> rows = new ArrayList<>();
        for (RecordedEvents.One one : events.all()) {
            String before = newest(one.provider());
            byte[] body = Files.readAllBytes(one.file());
            HttpResponse<String> answer = application.send(application.request("/webhooks/" + one.provider())
                    .header("Content-Type", "application/json").header("X-Signed", signature(body))
                    .header("X-Razorpay-Event-Id", one.eventId()).POST(BodyPublishers.ofByteArray(body)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            String row = newest(one.provider());
            rows.add(row.equals(before) ? "none" : row);
            if (!row.equals(before)) {
                await().atMost(Application.PATIENCE)
                        .until(() -> !status(row).equals("waiting") || event(row).getInteger("attempts") > 1);
            }
        }
        List<String> settled = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            String row = rows.get(i);
            if (!row.equals("none")) {
                await().atMost(Application.PATIENCE).until(() -> !status(row).equals("waiting"));
            }
            settled.add(events.all().get(i).file().getFileName() + " " + (row.equals("none") ? row : status(row)));
        }
        return settled;
    }

    private static String newest(String provider) throws IOException {
        JsonArray rows = new JsonObject(application.get("/api/v1/provider-events?limit=1&provider=" + provider).body())
                .getJsonArray("provider_events");
        return rows.isEmpty() ? "" : rows.getJsonObject(0).getString("id");
    }

    private static JsonObject event(String id) throws IOException {
        return new JsonObject(application.get("/api/v1/provider-events/" + id).body()).getJsonObject("provider_event");
    }

    private static String status(String id) throws IOException {
        return event(id).getString("status");
    }

    private static String signature(byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body));
    }
}
