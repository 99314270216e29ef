package io.payroute.payment.provider;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.Causes;
import io.payroute.provider.SandboxSecret;
import io.vertx.core.json.JsonObject;

/**
 * The events that the sandbox sends of its own accord, signed, as a real provider's come: late, so out of order, some doubled,
 * some never. Nobody may rely on them; they are not kept when the process dies.
 */
@ApplicationScoped
class SandboxEvents {

    private static final Logger LOG = Logger.getLogger(SandboxEvents.class);
    private static final int TRIES = 5;

    private final boolean enabled;
    private final URI url;
    private final long delayMin;
    private final long delayMax;
    private final int duplicatePercent;
    private final int lossPercent;
    private final SandboxSecret secret;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();

    SandboxEvents(SandboxSecret secret, @ConfigProperty(name = "payment.provider.sandbox.events.enabled") boolean enabled,
            @ConfigProperty(name = "payment.provider.sandbox.events.url") URI url,
            @ConfigProperty(name = "payment.provider.sandbox.events.delay-min") Duration delayMin,
            @ConfigProperty(name = "payment.provider.sandbox.events.delay-max") Duration delayMax,
            @ConfigProperty(name = "payment.provider.sandbox.events.duplicate-percent") int duplicatePercent,
            @ConfigProperty(name = "payment.provider.sandbox.events.loss-percent") int lossPercent) {
        this.secret = secret;
        this.enabled = enabled;
        this.url = url;
        this.delayMin = delayMin.toMillis();
        this.delayMax = Math.max(delayMin.toMillis(), delayMax.toMillis());
        this.duplicatePercent = duplicatePercent;
        this.lossPercent = lossPercent;
    }

    /** Returns at once; what becomes of the event is not told to anybody. */
    void tell(ProviderCall call, ProviderOutcome outcome) {
        if (!enabled) {
            return;
        }
        String type = type(call, outcome);
        if (type == null || percent(lossPercent)) {
            return;
        }
        byte[] event = event(call, outcome, type);
        send(event, 1);
        if (percent(duplicatePercent)) {
            send(event, 1);
        }
    }

    private static String type(ProviderCall call, ProviderOutcome outcome) {
        boolean declined = outcome instanceof ProviderOutcome.Declined;
        return switch (call.operation()) {
            case ProviderCall.CHARGE ->
                declined ? "payment.failed" : outcome instanceof ProviderOutcome.Completed ? "payment.completed" : null;
            case ProviderCall.AUTHORIZE -> declined ? "payment.failed" : "payment.authorized";
            case ProviderCall.CAPTURE -> declined ? null : "payment.completed";
            case ProviderCall.CANCEL -> declined ? null : "payment.cancelled";
            case ProviderCall.REFUND -> declined ? "refund.failed" : "refund.completed";
            default -> null;
        };
    }

    private static byte[] event(ProviderCall call, ProviderOutcome outcome, String type) {
        boolean refund = ProviderCall.REFUND.equals(call.operation());
        JsonObject event = new JsonObject().put("id", "evt_" + UUID.randomUUID()).put("type", type)
                .put("payment_id", call.paymentId().toString()).put("reference", "sandbox_" + call.paymentId())
                .put("amount_minor", call.money().minor()).put("currency", call.money().currency())
                .put("created_at", Instant.now().toString());
        if (refund) {
            event.put("refund_reference", "sandbox_" + call.key()).put("refund_key", call.key());
        }
        if (outcome instanceof ProviderOutcome.Declined declined) {
            event.put("reason", declined.detail());
        }
        return event.encode().getBytes(StandardCharsets.UTF_8);
    }

    private void send(byte[] event, int attempt) {
        long delay = attempt > 1 ? 1000L * attempt : ThreadLocalRandom.current().nextLong(delayMin, delayMax + 1);
        Executor later = CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS);
        CompletableFuture.supplyAsync(() -> request(event), later)
                .thenCompose(request -> http.sendAsync(request, BodyHandlers.discarding()))
                .whenComplete((answer, failure) -> {
                    if (failure == null && answer.statusCode() / 100 == 2) {
                        return;
                    }
                    if (attempt < TRIES) {
                        send(event, attempt + 1);
                    } else {
                        LOG.warnf("event=sandbox-event-given-up cause=%s",
                                failure == null ? answer.statusCode() : Causes.brief(failure));
                    }
                });
    }

    private HttpRequest request(byte[] event) {
        return HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).header("Content-Type", "application/json")
                .header("Sandbox-Signature", secret.sign(event)).POST(BodyPublishers.ofByteArray(event)).build();
    }

    private static boolean percent(int percent) {
        return ThreadLocalRandom.current().nextInt(100) < percent;
    }
}
