package io.payroute.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.camel.impl.DefaultCamelContext;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.money.Money;
import io.payroute.payment.charge.ChargeRules;
import io.payroute.payment.charge.ChargeTask;
import io.payroute.payment.charge.ProviderFailover;
import io.payroute.payment.charge.RerouteCharges;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.query.FindPayments;
import io.payroute.payment.query.PaymentHandler;
import io.payroute.payment.query.PaymentHistory;
import io.payroute.payment.query.PaymentSums;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderMeters;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.platform.Ids;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.TestRoles;
import io.payroute.testing.TestDatabase;

/** Payments, tasks and rules as tests need them. */
public final class TestPayments {

    public static final Money MONEY = new Money(4999, "USD");
    static final List<Duration> SCHEDULE = List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMinutes(1));

    public static final ReplacedHooks NO_HOOKS = hooks(false);

    private TestPayments() {
    }

    public static PaymentInstruction instruction() {
        return instruction(Ids.next());
    }

    public static PaymentInstruction instruction(UUID id) {
        return new PaymentInstruction(id, "user-1", MONEY, "card", "ada@example.com", "a book", "order-1");
    }

    public static Payment payment(PaymentStatus status) {
        return payment(Ids.next(), status);
    }

    public static Payment payment(UUID id, PaymentStatus status) {
        Instant now = Instant.now();
        return new Payment(id, "user-1", MONEY, "card", "sandbox", null, status, null, "ada@example.com", "a book", "order-1",
                now, now, null, true, 0, 0, 0, 0, 0, null);
    }

    public static ChargeTask task(PaymentStatus status, boolean statusQuery, int attempts, int queries) {
        return new ChargeTask(payment(status), statusQuery, attempts, queries, Instant.now());
    }

    /** The packaged rules: everything by the sandbox. */
    public static ProviderRules providerRules() {
        return new ProviderRules("classpath:provider-rules.yaml", "sandbox");
    }

    public static ProviderRules providerRules(String yaml) {
        return new ProviderRules("rules.yaml", yaml, "sandbox");
    }

    public static ChargeRules rules(int maxAttempts) {
        return rules(maxAttempts, providerRules(), breakers());
    }

    public static ChargeRules rules(int maxAttempts, ProviderRules providers, ProviderBreakers breakers) {
        return new ChargeRules(new ProviderFailover(providers, breakers), Duration.ofMillis(500), Duration.ofMinutes(1),
                maxAttempts, SCHEDULE);
    }

    public static ProviderMeters meters() {
        return new ProviderMeters(new SimpleMeterRegistry());
    }

    public static RerouteCharges reroute(RoleDatabases databases, ProviderRules providers, ProviderBreakers breakers) {
        return new RerouteCharges(databases, providers, new ProviderFailover(providers, breakers), meters());
    }

    public static ReplacedHooks hooks(boolean replaced) {
        return new ReplacedHooks(new DefaultCamelContext()) {
            @Override
            public boolean isReplaced(String hook) {
                return replaced;
            }
        };
    }

    public static ProviderBreakers breakers() {
        return new ProviderBreakers(50, 50, Duration.ofSeconds(5));
    }

    public static PaymentHandler endpoint(TestDatabase database) {
        RoleDatabases databases = TestRoles.databases(database.dataSource());
        return new PaymentHandler(new FindPayments(databases), new PaymentHistory(databases), new PaymentSums(databases));
    }

    /** Outcomes that are found only when they are told of. */
    public static PaymentOutcomes outcomes(TestDatabase database) {
        return new PaymentOutcomes(new FindPayments(TestRoles.databases(database.dataSource())), 100, Duration.ofHours(1));
    }

    /** The shortest legal way to a state, without the first. */
    public static List<PaymentStatus> way(PaymentStatus to) {
        Deque<List<PaymentStatus>> ways = new ArrayDeque<>(List.of(List.of(PaymentStatus.PENDING)));
        while (true) {
            List<PaymentStatus> way = ways.remove();
            PaymentStatus last = way.get(way.size() - 1);
            if (last == to) {
                return way.subList(1, way.size());
            }
            last.next().forEach(next -> ways.add(Stream.concat(way.stream(), Stream.of(next)).toList()));
        }
    }
}
