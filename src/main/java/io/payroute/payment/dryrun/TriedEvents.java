package io.payroute.payment.dryrun;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.payroute.money.Money;
import io.payroute.payment.event.apply.Decided;
import io.payroute.payment.event.apply.EventRules;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentState;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial.Said;
import io.payroute.platform.dryrun.Trial.Tried;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderEvent.Kind;
import io.payroute.provider.ReceivedEvent;

/**
 * Applies events one after the other, each as the application would that has just got it: what follows is decided by {@link EventRules}
 * alone, what waits is tried again whenever something has changed, and what came before is known by its id. An effect begins with
 * the word under which the application would list the event.
 */
final class TriedEvents {

    private static final String EFFECT = "effect";

    /** @param event null when there is nothing to apply */
    private record One(String title, ProviderEvent event, List<Said> said) {

        private boolean isOfSame(ProviderEvent other) {
            return event != null && event.provider().equals(other.provider())
                    && (other.paymentId() != null && other.paymentId().equals(event.paymentId())
                            || other.reference() != null && other.reference().equals(event.reference()));
        }
    }

    private final DryRoutes routes;
    private final boolean assuming;
    private final TriedBooks books;
    private final EventRules rules;
    private final List<One> all = new ArrayList<>();
    private final List<One> waiting = new ArrayList<>();
    private final Set<String> received = new HashSet<>();

    /** @param known null when nothing is known of the payments */
    TriedEvents(DryRoutes routes, TriedBooks known) {
        this.routes = routes;
        assuming = known == null;
        books = assuming ? new TriedBooks() : known;
        rules = new EventRules(books);
    }

    void unreadable(String title, String why) {
        all.add(new One(title, null, List.of(Said.bad("unreadable", why))));
    }

    void unreadable(String title, ReceivedEvent event, String why) {
        all.add(new One(title, null, isNew(event)
                ? List.of(Said.of("event", event.type()), Said.bad("unreadable", why))
                : List.of(Said.of("event", event.type()), repetition())));
    }

    /** One of which only other roles say something. */
    void others(String title, List<Said> said) {
        all.add(new One(title, null, said));
    }

    /** @param others what other roles say of it */
    void add(String title, String route, ReceivedEvent event, ProviderEvent told, List<Said> others) {
        List<Said> said = new ArrayList<>();
        said.add(Said.of("event", event.type() + ", " + event.eventId()));
        boolean fresh = isNew(event);
        if (told.kind() != Kind.UNDECLARED && told.kind() != Kind.OTHER) {
            said.add(Said.of("payment", name(told)));
            said.add(Said.of("tells", told.kind().word() + (told.money() == null ? "" : " " + text(told.money()))
                    + (told.reason() == null ? "" : ", because of " + told.reason())));
        }
        if (!fresh) {
            said.add(repetition());
        } else if (told.kind() == Kind.UNDECLARED) {
            said.add(Said.bad("undeclared",
                    "the route " + route + " declares no " + event.type() + ": add it to kinds or to ignored"));
        } else if (told.kind() == Kind.OTHER) {
            said.add(Said.of("ignored", "on purpose: " + route + " says that " + event.type() + " changes nothing"));
        }
        said.addAll(others);
        boolean applies = fresh && told.kind() != Kind.UNDECLARED && told.kind() != Kind.OTHER;
        all.add(new One(title, applies ? told : null, said));
    }

    private boolean isNew(ReceivedEvent event) {
        return received.add(event.provider() + ' ' + event.eventId());
    }

    private static Said repetition() {
        return Said.of(EFFECT, "none: it is a repetition");
    }

    private static String name(ProviderEvent event) {
        String reference = event.reference() == null ? event.partReference() : event.reference();
        return (event.paymentId() == null ? "of the provider's id" : event.paymentId().toString())
                + (reference == null ? "" : event.paymentId() == null ? " " + reference : " (" + reference + ")");
    }

    List<Tried> apply() {
        for (One one : all) {
            if (one.event() != null && !isDecided(one, "")) {
                waiting.add(one);
            } else if (one.event() != null) {
                retry(one.title());
            }
        }
        waiting.forEach(one -> one.said().add(Said.of(EFFECT,
                "unmatched: it waits in vain for a payment, or a state of it, that it follows on" + state(one.event()))));
        return all.stream().map(one -> new Tried(one.title(), one.said())).toList();
    }

    private String state(ProviderEvent event) {
        return paymentOf(event).map(payment -> "; this one is " + payment.status().word())
                .orElse("; there is no such payment");
    }

    /** As long as one leads to another. */
    private void retry(String after) {
        while (waiting.removeIf(one -> isDecided(one, ", once " + after + " has come"))) {
            // Again.
        }
    }

    private boolean isDecided(One one, String when) {
        try {
            ProviderEvent event = one.event();
            if (assuming && paymentOf(event).isEmpty()) {
                assume(event);
            }
            Decided decided = rules.apply(event);
            if (decided.effect() == ProviderEvent.Effect.NOT_YET) {
                return false;
            }
            one.said().add(Said.of(EFFECT, effect(decided) + when));
            if (decided.effect() == ProviderEvent.Effect.APPLIED) {
                Payment after = books.payment(decided.payment().id()).orElseThrow();
                if (after.captured() > 0) {
                    one.said().add(Said.of("books", sums(after)));
                }
                if (decided.decision().effect() == PaymentState.Effect.TRANSITION) {
                    one.said().addAll(AskHook.afterOutcome(routes, decided.payment().status(), after));
                }
            }
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<Payment> paymentOf(ProviderEvent event) {
        try {
            return rules.paymentOf(event);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String effect(Decided decided) {
        String from = decided.payment().status().word();
        String fact = decided.fact().text();
        return switch (decided.decision().effect()) {
            case TRANSITION -> "applied: " + from + " -> " + decided.decision().next().word();
            case BOOK -> "applied: it stays " + from + ", " + fact;
            case CONFLICT -> "conflict: it stays " + from + ", " + fact + "; somebody must look at it";
            default -> "no_effect: it stays " + from + ", " + fact;
        };
    }

    private static String sums(Payment payment) {
        String currency = payment.money().currency();
        StringBuilder text = new StringBuilder("captured ").append(text(new Money(payment.captured(), currency)));
        part(text, "refunded", payment.refunded(), currency);
        part(text, "disputed", payment.disputed(), currency);
        part(text, "charged back", payment.chargedBack(), currency);
        return text.toString();
    }

    private static void part(StringBuilder text, String word, long minor, String currency) {
        if (minor > 0) {
            text.append(", ").append(word).append(' ').append(text(new Money(minor, currency)));
        }
    }

    private static String text(Money money) {
        return money.toDecimalText() + " " + money.currency();
    }

    /** Its amount is what was authorised or captured first, or else the first that is told. */
    private void assume(ProviderEvent event) {
        UUID id = event.paymentId() == null ? TriedBooks.standIn(event) : event.paymentId();
        Money money = money(event, one -> one.kind() == Kind.AUTHORIZED || one.kind() == Kind.COMPLETED)
                .or(() -> money(event, one -> true)).orElse(new Money(1, "USD"));
        Instant now = Instant.EPOCH;
        books.put(new Payment(id, "", money, "", event.provider(),
                event.reference() == null ? event.partReference() : event.reference(), PaymentStatus.PROCESSING, null, null,
                null,
                null, now, now, null, event.kind() != Kind.AUTHORIZED, 0, 0, 0, 0, 0, null), false);
    }

    private Optional<Money> money(ProviderEvent event, Predicate<ProviderEvent> which) {
        return Stream.concat(Stream.of(event), all.stream().filter(one -> one.isOfSame(event)).map(One::event)).filter(which)
                .map(ProviderEvent::money).filter(Objects::nonNull).findFirst();
    }
}
