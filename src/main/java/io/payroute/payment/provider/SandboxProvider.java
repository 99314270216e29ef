package io.payroute.payment.provider;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.work.Continuations;

/**
 * A payment provider for trying out and for tests. It stands for another company and answers by the amount of the operation, in
 * minor units of any currency:
 * <ul>
 * <li>4002: declined, {@code insufficient_funds}; 4003: declined, {@code card_expired}
 * <li>4004: slow, ten times the latency
 * <li>4005: declined softly, {@code processing_error}
 * <li>4006: undecided; decided after two seconds, as a status query or an event then says
 * <li>4008: a time-out after it was done; 4009: a time-out before
 * <li>5003: unreachable at the first attempt, then done
 * </ul>
 * Every other amount is done, but for {@code payment.provider.sandbox.decline-percent} of the charges. A key is done once, as with
 * real providers; {@code payment.provider.sandbox.idempotent=false} turns that off, so that a test sees every operation that would
 * be doubled.
 */
@ApplicationScoped
@Named("sandboxProvider")
public class SandboxProvider {

    static final Duration UNDECIDED = Duration.ofSeconds(2);
    private static final Map<Long, String> DECLINES = Map.of(4002L, "insufficient_funds", 4003L, "card_expired");
    private static final long SLOW = 4004;
    private static final long SOFT = 4005;
    private static final long PENDING = 4006;
    private static final long TIMEOUT_AFTER = 4008;
    private static final long TIMEOUT_BEFORE = 4009;
    private static final long FIRST_UNREACHABLE = 5003;

    private final SandboxBooks books;
    private final SandboxEvents events;
    private final long latencyMin;
    private final long latencyMax;
    private final int declinePercent;

    SandboxProvider(SandboxBooks books, SandboxEvents events,
            @ConfigProperty(name = "payment.provider.sandbox.latency-min") Duration latencyMin,
            @ConfigProperty(name = "payment.provider.sandbox.latency-max") Duration latencyMax,
            @ConfigProperty(name = "payment.provider.sandbox.decline-percent") int declinePercent) {
        if (latencyMin.compareTo(latencyMax) > 0) {
            throw new IllegalStateException("payment.provider.sandbox.latency-min must not be above "
                    + "payment.provider.sandbox.latency-max.");
        }
        if (declinePercent < 0 || declinePercent > 100) {
            throw new IllegalStateException("payment.provider.sandbox.decline-percent must be 0 to 100.");
        }
        this.books = books;
        this.events = events;
        this.latencyMin = latencyMin.toMillis();
        this.latencyMax = latencyMax.toMillis();
        this.declinePercent = declinePercent;
    }

    /** How long this call shall take, in milliseconds. The route waits, without a thread. */
    public long latency(@Body ProviderCall call) {
        long latency = latencyMin == latencyMax
                ? latencyMin
                : ThreadLocalRandom.current().nextLong(latencyMin, latencyMax + 1);
        return call.money().minor() == SLOW ? 10 * Math.max(latency, 100) : latency;
    }

    /** A charge or an authorization. @return completed, with the answer or its failure, after the books' commit */
    public CompletableFuture<ProviderOutcome> charge(@Body ProviderCall call) throws Exception {
        failBefore(call);
        SandboxBooks.Entry entry = entry(call);
        CompletableFuture<ProviderOutcome> answer = new CompletableFuture<>();
        books.enter(entry).whenCompleteAsync((done, failure) -> {
            try {
                if (failure != null) {
                    throw failure;
                }
                answer.complete(answer(call, SandboxBooks.outcome(call, entry.status(), entry.reason(), call.money())));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        }, Continuations.EXECUTOR);
        return answer;
    }

    /** A capture, a cancellation or a refund. */
    public ProviderOutcome operate(@Body ProviderCall call) throws Exception {
        failBefore(call);
        return answer(call, books.operate(call, DECLINES.get(call.money().minor())));
    }

    /** What the books say of a key. */
    public ProviderOutcome status(@Body ProviderCall call) throws SQLException {
        return books.find(call, UNDECIDED).orElse(new ProviderOutcome.NotDone("unknown to the provider"));
    }

    private static void failBefore(ProviderCall call) throws Exception {
        long amount = call.money().minor();
        if (amount == FIRST_UNREACHABLE && call.attempt() == 1) {
            throw new ConnectException("The sandbox is unreachable for this amount, once.");
        }
        if (amount == TIMEOUT_BEFORE && call.attempt() == 1) {
            throw new SocketTimeoutException("The sandbox did not answer; nothing was done.");
        }
    }

    private SandboxBooks.Entry entry(ProviderCall call) {
        long amount = call.money().minor();
        if (DECLINES.containsKey(amount)) {
            return new SandboxBooks.Entry(call, "declined", DECLINES.get(amount));
        }
        if (amount == SOFT) {
            return new SandboxBooks.Entry(call, "declined_softly", "processing_error");
        }
        if (Math.floorMod(call.key().hashCode(), 100) < declinePercent) {
            return new SandboxBooks.Entry(call, "declined", "card_declined");
        }
        boolean charge = ProviderCall.CHARGE.equals(call.operation());
        return new SandboxBooks.Entry(call, charge ? amount == PENDING ? "pending" : "charged" : "authorized", null);
    }

    private ProviderOutcome answer(ProviderCall call, ProviderOutcome outcome) throws SocketTimeoutException {
        events.tell(call, outcome);
        if (call.money().minor() == TIMEOUT_AFTER) {
            throw new SocketTimeoutException("The sandbox did not answer; it was done.");
        }
        return outcome;
    }
}
