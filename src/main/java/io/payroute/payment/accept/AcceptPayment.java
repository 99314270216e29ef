package io.payroute.payment.accept;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.PaymentEvents;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Refusal;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.access.Idempotency;
import io.payroute.platform.outbox.EventEnvelope;
import io.payroute.platform.outbox.Outbox;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Rows;
import io.payroute.platform.sql.Sql;

/**
 * Accepts payments: idempotency key, payment and outbox row in one statement and one commit, for many concurrent requests
 * together. A caller who was answered owns a stored payment; one who was not may repeat his request with the same
 * idempotency key.
 */
@ApplicationScoped
@Named("acceptPayment")
public class AcceptPayment {

    private static final Rows<Request> ROWS = Outbox.columns(new Rows<Request>().uuid("id", r -> r.instruction().paymentId())
            .text("user_id", r -> r.instruction().userId()).int8("amount_minor", r -> r.instruction().money().minor())
            .text("currency", r -> r.instruction().money().currency()).text("method", r -> r.instruction().method())
            .text("provider", r -> r.choice().provider()).text("provider_rule", r -> r.choice().rule())
            .text("email", r -> r.instruction().email()).text("description", r -> r.instruction().description())
            .text("order_id", r -> r.instruction().orderId()).bool("capture", r -> r.instruction().capture())
            .text("caller", Request::caller).text("key", Request::idempotencyKey).bytea("hash", Request::requestHash),
            Request::event);
    private static final String ACCEPT = Sql.PLANNED_ONCE + """
            WITH input AS (
              SELECT * FROM %s),
            keys AS (
              INSERT INTO idempotency_key (caller, idempotency_key, request_hash, resource_id)
              SELECT caller, key, hash, id FROM input WHERE key IS NOT NULL ORDER BY caller, key
              ON CONFLICT DO NOTHING RETURNING resource_id),
            accepted AS (
              INSERT INTO payment (id, user_id, amount_minor, currency, method, provider, provider_rule, email, description,
                order_id, capture, requested_by)
              SELECT id, user_id, amount_minor, currency, method, provider, provider_rule, email, description, order_id,
                capture, caller
              FROM input
              WHERE key IS NULL OR id IN (SELECT resource_id FROM keys)
              RETURNING id),
            told AS (
            """.formatted(ROWS.unnest()) + Outbox.INSERT + """
              SELECT shard, ?, message_key, event_id, ?, ?, traceparent, payload FROM input
              WHERE (id IN (SELECT id FROM accepted)) IS TRUE)
            SELECT id FROM accepted""";
    private static final Rows<Request> KEYS = new Rows<Request>().text("caller", Request::caller).text("key",
            Request::idempotencyKey);
    private static final String FIND_KEYS = """
            SELECT k.caller, k.idempotency_key, k.request_hash, k.resource_id FROM idempotency_key k
            JOIN %s ON k.caller = t.caller AND k.idempotency_key = t.key""".formatted(KEYS.unnest());

    /**
     * A checked request.
     *
     * @param choice of the provider, by the rules
     * @param caller the scope of the idempotency key
     * @param idempotencyKey or null
     * @param requestHash of the body, null without a key
     */
    public record Request(PaymentInstruction instruction, ProviderRules.Choice choice, String caller, String idempotencyKey,
            byte[] requestHash, EventEnvelope event) {
    }

    /** @param replayed true when this is the first answer again */
    public record Accepted(UUID paymentId, boolean replayed) {
    }

    private record StoredKey(String caller, String key, byte[] hash, UUID paymentId) {
    }

    private final DataSource dataSource;
    private final GroupCommit<Request, Accepted> commits;
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
    private final Duration timeout;
    private final ProviderRules rules;
    private final String topic;
    private final Executor requests;

    /** @param requests where a request goes on after its commit, so that no step behind it holds up the commits of others */
    AcceptPayment(RoleDatabases databases, ProviderRules rules, ExecutorService requests,
            @ConfigProperty(name = "payment.accept.flushers") int flushers,
            @ConfigProperty(name = "payment.accept.batch-size") int batchSize,
            @ConfigProperty(name = "payment.accept.queue-capacity") int queueCapacity,
            @ConfigProperty(name = "payment.accept.timeout") Duration timeout,
            @ConfigProperty(name = "topic.payment") String topic) {
        this.dataSource = databases.of(PaymentRole.NAME);
        this.requests = requests;
        this.timeout = timeout;
        this.rules = rules;
        this.topic = topic;
        this.commits = new GroupCommit<>("payment-accept", flushers, batchSize, queueCapacity, this::write);
    }

    /**
     * Hands a payment over to be stored with others; the caller waits without a thread.
     *
     * @return completed after the commit, or exceptionally: with a {@link Refusal}, 422 when the key was used with another body, 503
     *         when the database did not answer in time
     * @throws Refusal 409 when the same key is still being worked on, 503 when the queue is full
     */
    public CompletableFuture<Accepted> accept(PaymentInstruction instruction, String caller, String idempotencyKey,
            byte[] requestHash) {
        Request request = new Request(instruction, rules.choose(instruction), caller, idempotencyKey, requestHash,
                PaymentEvents.submitted(topic, instruction));
        String scopedKey = idempotencyKey == null ? null : caller + '\n' + idempotencyKey;
        if (scopedKey != null && !inFlight.add(scopedKey)) {
            throw Refusal.conflict(
                    "A request with this Idempotency-Key is still being worked on. Repeat it a little later.");
        }
        try {
            CompletableFuture<Accepted> commit = commits.submit(request, timeout);
            commit.whenComplete((accepted, failure) -> release(scopedKey));
            return commit.handleAsync(AcceptPayment::answer, requests);
        } catch (RejectedExecutionException e) {
            release(scopedKey);
            throw Refusal.unavailable(1);
        }
    }

    private void release(String scopedKey) {
        if (scopedKey != null) {
            inFlight.remove(scopedKey);
        }
    }

    private static Accepted answer(Accepted accepted, Throwable failure) {
        if (failure instanceof TimeoutException) {
            throw Refusal.unavailable(1);
        }
        if (failure != null) {
            throw new CompletionException(failure);
        }
        if (accepted == null) {
            throw Idempotency.reused();
        }
        return accepted;
    }

    /** Answers null for a request whose key was used with another body. */
    private List<Accepted> write(List<Request> requests) throws SQLException {
        CrashPoint.reached("accept-before-commit");
        Set<UUID> stored = Set.copyOf(
                Sql.query(dataSource, ACCEPT, row -> row.getObject(1, UUID.class), ROWS.of(requests), topic,
                        PaymentEvents.SUBMITTED, EventEnvelope.PROTOBUF));
        CrashPoint.reached("accept-after-commit");
        Map<String, StoredKey> keys = stored.size() == requests.size() ? Map.of() : earlier(requests, stored);
        return new ArrayList<>(requests.stream().map(r -> answer(r, stored, keys)).toList());
    }

    private static Accepted answer(Request request, Set<UUID> stored, Map<String, StoredKey> keys) {
        UUID id = request.instruction().paymentId();
        if (stored.contains(id)) {
            return new Accepted(id, false);
        }
        StoredKey key = keys.get(request.caller() + '\n' + request.idempotencyKey());
        return key != null && Arrays.equals(key.hash(), request.requestHash()) ? new Accepted(key.paymentId(), true) : null;
    }

    private Map<String, StoredKey> earlier(List<Request> requests, Set<UUID> stored) throws SQLException {
        List<Request> repeated = requests.stream().filter(r -> !stored.contains(r.instruction().paymentId())).toList();
        Map<String, StoredKey> keys = new HashMap<>();
        Sql.query(dataSource, FIND_KEYS,
                row -> new StoredKey(row.getString(1), row.getString(2), row.getBytes(3), row.getObject(4, UUID.class)),
                KEYS.of(repeated))
                .forEach(key -> keys.put(key.caller() + '\n' + key.key(), key));
        return keys;
    }

    @PreDestroy
    void close() {
        commits.close();
    }
}
