package io.payroute.aggregator;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.Exchange;

import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.aggregator.model.KnownPayment;
import io.payroute.aggregator.model.PaymentFact;
import io.payroute.platform.Causes;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial;
import io.payroute.provider.RawEvent;
import io.payroute.provider.RecordedEvent;
import io.payroute.provider.ToldEvent;
import io.payroute.provider.UnreadableEvent;
import io.payroute.provider.signature.SignedJson;

/** Says of each recorded event how its payment would be stored here, after those before it. */
public final class TryAggregated implements Trial {

    private static final String WHAT = "aggregated";
    private static final String MINOR_UNITS = "aggregator.generic.minor-units";
    /** An event without a time happened when it comes, which is after all that has one. */
    private static final Instant WHEN_IT_COMES = Instant.MAX;

    private final Map<String, KnownPayment> known = new HashMap<>();

    @Override
    public boolean runs(String routeId) {
        return routeId.matches("provider-.*-events");
    }

    @Override
    public List<Said> take(DryRoutes routes, Object message) {
        if (!(message instanceof RecordedEvent event)) {
            return List.of();
        }
        try {
            return heard(routes, event).stream().filter(heard -> heard.fact().kind() != PaymentFact.Kind.NOTHING)
                    .map(this::apply).toList();
        } catch (UnreadableEvent e) {
            return List.of(Said.bad(WHAT, "a dead letter: " + e.getMessage()));
        }
    }

    /** @return none of what only a provider's route could read, when there is none */
    private static List<HeardEvent> heard(DryRoutes routes, RecordedEvent event) throws UnreadableEvent {
        String topic = routes.key("topic.payments-raw") + (event.provider() == null ? "" : "." + event.provider());
        JsonNode json;
        try {
            json = SignedJson.object(event.payload());
        } catch (IOException e) {
            return List.of();
        }
        if (GenericEvents.isGeneric(json)) {
            return List.of(generic(routes).read(json, event.provider(), topic, null));
        }
        if (event.provider() == null) {
            return List.of();
        }
        Exchange read = routes.run("provider-" + event.provider() + "-events", new RawEvent(event.id(), json),
                Map.of(), Map.of());
        if (read.getException() != null) {
            throw new UnreadableEvent(read.getException() instanceof UnreadableEvent unreadable
                    ? unreadable.getMessage()
                    : Causes.brief(read.getException()));
        }
        List<?> told = read.getMessage().getBody(List.class);
        return told.stream().map(one -> ReadRawEvents.heard((ToldEvent) one, topic, null)).toList();
    }

    private static GenericEvents generic(DryRoutes routes) {
        return new GenericEvents(routes.isSet(MINOR_UNITS)
                ? Optional.of(Arrays.stream(routes.key(MINOR_UNITS).split(",")).map(String::strip).toList())
                : Optional.empty());
    }

    private Said apply(HeardEvent heard) {
        String name = heard.provider() + ' ' + heard.payment();
        KnownPayment before = known.getOrDefault(name, KnownPayment.unknown(heard.provider(), heard.payment()));
        KnownPayment after = before.with(heard.fact(), heard.topic(), WHEN_IT_COMES);
        known.put(name, after);
        String line = PaymentLine.of(PaymentMessages.of(after, WHEN_IT_COMES));
        return Said.of(WHAT, after == before ? "no_effect: it stays " + line : line);
    }
}
