package io.payroute.payment.dryrun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.camel.Exchange;

import com.fasterxml.jackson.core.JsonProcessingException;

import io.payroute.money.Money;
import io.payroute.payment.event.apply.EventFacts;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentFact;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentState.Decision;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.Causes;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Kind;
import io.payroute.provider.ProviderSignatures;
import io.payroute.provider.ReceivedEvent;
import io.payroute.provider.RecordedRequest;
import io.payroute.provider.StoredEvent;
import io.payroute.provider.UnreadableEvent;
import io.payroute.provider.signature.SignedJson;

/**
 * Reads recorded events by their providers' routes, and says by {@link PaymentState} what they would do: in the order of the names of
 * their files, to payments that begin as ones whose charge is under way and about the amount that the first event tells.
 */
public final class TryEvents implements Trial {

    private static final String EVENTS = "--events";
    private static final String PROVIDER = "--provider";

    private record Kept(String eventId, byte[] payload) implements StoredEvent {
    }

    /** What the files before have made of the payments. */
    private final Map<String, Payment> payments = new HashMap<>();
    private final Set<String> known = new HashSet<>();

    @Override
    public boolean runs(String routeId) {
        return routeId.matches("provider-.*-events");
    }

    @Override
    public Map<String, Object> beans(DryRoutes routes) {
        return Map.of("providerSignatures", ProviderSignatures.withoutSecrets());
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(EVENTS, "FOLDER", "Events of providers, each request as it came in a file of JSON, in a folder of "
                        + "the provider's name below this one."),
                new Option(PROVIDER, "NAME", "Whose events they are, if they stand in that folder itself."));
    }

    @Override
    public List<Tried> run(DryRoutes routes, Map<String, String> given) throws IOException {
        Path folder = Path.of(given.get(EVENTS));
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("There is no folder " + folder + ".");
        }
        List<Tried> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Path inside = folder.relativize(file);
                String provider = given.get(PROVIDER) != null ? given.get(PROVIDER) : inside.getName(0).toString();
                all.addAll(run(routes, file, inside.getNameCount() == 1 && given.get(PROVIDER) == null ? null : provider));
            }
        }
        return all;
    }

    private List<Tried> run(DryRoutes routes, Path file, String provider) throws IOException {
        if (provider == null) {
            return List.of(new Tried(file.toString(), List.of(Said.bad("unreadable",
                    "whose event it is: put it into a folder of the provider's name, or give --provider"))));
        }
        String route = "provider-" + provider + "-events";
        if (!routes.has(route)) {
            return List.of(new Tried(file.toString(), List.of(Said.bad("unreadable", "there is no route '" + route + "'"))));
        }
        byte[] body = Files.readAllBytes(file);
        Exchange read = routes.run(route, new RecordedRequest(body, headers(file)), Map.of(), Map.of());
        if (read.getException() != null) {
            return List.of(new Tried(file.toString(), List.of(Said.bad("unreadable", Causes.brief(read.getException())))));
        }
        List<Tried> all = new ArrayList<>();
        List<?> events = read.getMessage().getBody(List.class);
        for (int i = 0; i < events.size(); i++) {
            ReceivedEvent event = (ReceivedEvent) events.get(i);
            all.add(new Tried(file + (events.size() > 1 ? ", event " + (i + 1) : ""), event.problem() == null
                    ? said(routes, route, event)
                    : List.of(Said.bad("unreadable", at(body) + event.problem()))));
        }
        return all;
    }

    /** Requests are kept without their headers: the name of the file stands for what one would say. */
    private static Map<String, Object> headers(Path file) {
        return new HashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public Object get(Object name) {
                return "header:" + file.getFileName();
            }
        };
    }

    /** The line of what is no JSON. */
    private static String at(byte[] body) {
        try {
            SignedJson.object(body);
            return "";
        } catch (JsonProcessingException e) {
            return e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
        } catch (IOException e) {
            return "";
        }
    }

    private List<Said> said(DryRoutes routes, String route, ReceivedEvent received) {
        Exchange exchange = routes.run(route, new Kept(received.eventId(), received.payload()), Map.of(), Map.of());
        Exception failure = exchange.getException();
        if (failure != null) {
            return List.of(Said.of("event", received.type()), Said.bad("unreadable",
                    failure instanceof UnreadableEvent ? failure.getMessage() : Causes.brief(failure)));
        }
        ProviderEvent event = exchange.getMessage().getBody(ProviderEvent.class);
        List<Said> said = new ArrayList<>();
        said.add(Said.of("event", received.type() + ", " + received.eventId()));
        if (event.kind() == Kind.UNDECLARED) {
            said.add(Said.bad("undeclared",
                    "the route " + route + " declares no " + received.type() + ": add it to kinds or to ignored"));
        } else if (event.kind() == Kind.OTHER) {
            said.add(Said.of("ignored", "on purpose: " + route + " says that " + received.type() + " changes nothing"));
        } else {
            said.add(Said.of("payment", name(event)));
            said.add(Said.of("tells", event.kind().word() + (event.money() == null
                    ? ""
                    : " " + event.money().toDecimalText() + " " + event.money().currency())
                    + (event.reason() == null ? "" : ", because of " + event.reason())));
            said.add(known.add(event.provider() + ' ' + event.id())
                    ? effect(event)
                    : Said.of("effect", "none: it is a repetition"));
        }
        return said;
    }

    private static String name(ProviderEvent event) {
        String reference = event.reference() == null ? event.partReference() : event.reference();
        return (event.paymentId() == null ? "of the provider's id" : event.paymentId().toString())
                + (reference == null ? "" : event.paymentId() == null ? " " + reference : " (" + reference + ")");
    }

    private Said effect(ProviderEvent event) {
        String key = event.provider() + ' ' + (event.paymentId() == null ? event.reference() : event.paymentId());
        Payment payment = payments.computeIfAbsent(key, any -> underWay(event));
        if (event.money() != null && !event.money().currency().equals(payment.money().currency())) {
            return told(payment, PaymentFact.OTHER_CURRENCY);
        }
        PaymentFact fact = isTheSame(payment, event) ? PaymentFact.KNOWN : EventFacts.of(payment, event);
        Decision decision = PaymentState.decide(payment.status(), fact);
        if (decision.effect() == PaymentState.Effect.TRANSITION || decision.effect() == PaymentState.Effect.BOOK) {
            payments.put(key, after(payment, event, decision.next()));
        }
        return told(payment, fact);
    }

    private static Said told(Payment payment, PaymentFact fact) {
        Decision decision = PaymentState.decide(payment.status(), fact);
        String from = payment.status().word();
        return switch (decision.effect()) {
            case TRANSITION -> Said.of("effect", from + " -> " + decision.next().word());
            case BOOK -> Said.of("effect", from + " stays; it is booked: " + fact.text());
            case WAIT -> Said.of("effect", from + " stays; it waits for what it follows on: " + fact.text());
            case CONFLICT -> Said.of("effect", from + " stays; a conflict that somebody must look at: " + fact.text());
            default -> Said.of("effect", "none, it stays " + from + ": " + fact.text());
        };
    }

    /** Of one capture both its own event and the payment's may tell. */
    private static boolean isTheSame(Payment payment, ProviderEvent event) {
        return event.kind() == Kind.COMPLETED && payment.status().isCaptured()
                && (event.money() == null || event.money().minor() == payment.captured());
    }

    private static Payment underWay(ProviderEvent event) {
        Money money = event.money() == null ? new Money(1, "USD") : event.money();
        return payment(event, money, PaymentStatus.PROCESSING, event.kind() != Kind.AUTHORIZED, 0, 0);
    }

    private static Payment after(Payment payment, ProviderEvent event, PaymentStatus next) {
        long amount = event.money() == null ? payment.money().minor() : event.money().minor();
        boolean refund = event.kind() == Kind.REFUNDED || next == PaymentStatus.REFUNDED;
        long captured = event.kind() == Kind.COMPLETED
                ? payment.captured() + amount
                : payment.captured() - (event.kind() == Kind.CAPTURE_FAILED ? amount : 0);
        return payment(event, payment.money(), next, payment.capture(), captured, payment.refunded() + (refund ? amount : 0));
    }

    private static Payment payment(ProviderEvent event, Money money, PaymentStatus status, boolean capture, long captured,
            long refunded) {
        Instant now = Instant.EPOCH;
        return new Payment(event.paymentId() == null ? new UUID(0, 0) : event.paymentId(), "", money, "", event.provider(),
                event.reference(), status, null, null, null, null, now, now, null, capture, captured, refunded, refunded, 0, 0,
                null);
    }
}
