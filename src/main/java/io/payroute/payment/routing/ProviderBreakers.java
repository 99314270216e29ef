package io.payroute.payment.routing;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.payroute.payment.model.ProviderOutcome;
import io.payroute.platform.Causes;

/**
 * A circuit breaker for each provider. While one is open, that provider's charges go to another of their rule, or stay due and
 * wait. Declines, soft ones too, and pending answers are answers, not failures.
 */
@ApplicationScoped
public class ProviderBreakers {

    private static final Logger LOG = Logger.getLogger(ProviderBreakers.class);

    /** A breaker looks at a window of many calls; that nobody answers is seen by a few in a row. */
    static final int IN_A_ROW = 5;

    /**
     * What an operator is told of a provider that does not answer.
     *
     * @param cause of the last failure, without personal data; null where only the breaker tells
     * @param since when the first of the failures in a row was seen; null as the cause
     * @param failures calls in a row that failed, 0 where only the breaker tells
     * @param open whether nothing is sent to it for now
     */
    public record Trouble(String cause, Instant since, int failures, boolean open) {
    }

    private final CircuitBreakerRegistry breakers;
    private final Map<String, Trouble> failing = new ConcurrentHashMap<>();

    public ProviderBreakers(@ConfigProperty(name = "payment.breaker.failure-rate") float failureRate,
            @ConfigProperty(name = "payment.breaker.window") int window,
            @ConfigProperty(name = "payment.breaker.pause") Duration pause) {
        breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom().failureRateThreshold(failureRate)
                .slidingWindowSize(window).minimumNumberOfCalls(window).waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(Math.max(1, window / 5))
                .automaticTransitionFromOpenToHalfOpenEnabled(true).build());
        breakers.getEventPublisher().onEntryAdded(added -> added.getAddedEntry().getEventPublisher().onStateTransition(
                event -> LOG.warnf("event=breaker provider=%s transition=%s", event.getCircuitBreakerName(),
                        event.getStateTransition())));
    }

    /** @param statusQuery for a status query, to which "no such charge" is an answer */
    public void record(String provider, boolean statusQuery, ProviderOutcome outcome) {
        CircuitBreaker breaker = breakers.circuitBreaker(provider);
        boolean refused = outcome instanceof ProviderOutcome.NotDone && !statusQuery;
        if (outcome instanceof ProviderOutcome.Unanswered || refused) {
            breaker.onError(0, breaker.getTimestampUnit(), new IllegalStateException(outcome.word()));
            failed(provider, outcome);
        } else {
            failing.remove(provider);
            breaker.onSuccess(0, breaker.getTimestampUnit());
        }
    }

    private void failed(String provider, ProviderOutcome outcome) {
        String cause = outcome.detail() == null ? outcome.word() : outcome.word() + ", " + Causes.mask(outcome.detail());
        failing.compute(provider, (name, before) -> before == null
                ? new Trouble(cause, Instant.now().truncatedTo(ChronoUnit.SECONDS), 1, false)
                : new Trouble(cause, before.since(), before.failures() + 1, false));
    }

    /** The providers, by name, of which {@value #IN_A_ROW} calls in a row failed in this process, or whose breaker is not closed. */
    public SortedMap<String, Trouble> troubles() {
        SortedMap<String, Trouble> troubles = new TreeMap<>();
        Failing stopped = failing();
        failing.forEach((provider, streak) -> {
            if (streak.failures() >= IN_A_ROW) {
                troubles.put(provider, streak);
            }
        });
        stopped.halfOpen().forEach(provider -> troubles.putIfAbsent(provider, new Trouble(null, null, 0, false)));
        stopped.open().forEach(provider -> troubles.merge(provider, new Trouble(null, null, 0, true),
                (streak, open) -> new Trouble(streak.cause(), streak.since(), streak.failures(), true)));
        return troubles;
    }

    /** 0 while calls go through, 0.5 while some are let through to see whether it answers again, 1 while none is. */
    double openness(String provider) {
        return switch (breakers.circuitBreaker(provider).getState()) {
            case OPEN, FORCED_OPEN -> 1;
            case HALF_OPEN -> 0.5;
            default -> 0;
        };
    }

    /**
     * @param open providers that must not be called now
     * @param halfOpen providers of which a few calls, {@link #trials}, shall show whether they answer again
     */
    public record Failing(List<String> open, List<String> halfOpen) {
    }

    /** Each breaker is read once: one that changes meanwhile is in one of both. */
    public Failing failing() {
        Map<CircuitBreaker.State, List<String>> names = breakers.getAllCircuitBreakers().stream().collect(
                Collectors.groupingBy(CircuitBreaker::getState,
                        Collectors.mapping(CircuitBreaker::getName, Collectors.toList())));
        return new Failing(names.getOrDefault(CircuitBreaker.State.OPEN, List.of()),
                names.getOrDefault(CircuitBreaker.State.HALF_OPEN, List.of()));
    }

    /** How many calls decide whether a half-open breaker closes. */
    public int trials() {
        return breakers.getDefaultConfig().getPermittedNumberOfCallsInHalfOpenState();
    }

    /** The providers that must not be called now. */
    public List<String> open() {
        return failing().open();
    }
}
