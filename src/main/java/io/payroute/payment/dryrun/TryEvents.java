package io.payroute.payment.dryrun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.camel.Exchange;

import com.fasterxml.jackson.core.JsonProcessingException;

import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.platform.Causes;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial;
import io.payroute.provider.ProviderEvent;
import io.payroute.provider.ProviderSignatures;
import io.payroute.provider.ReceivedEvent;
import io.payroute.provider.RecordedRequest;
import io.payroute.provider.StoredEvent;
import io.payroute.provider.UnreadableEvent;
import io.payroute.provider.signature.SignedJson;

/**
 * Reads recorded events by their providers' routes, in the order of the names of their files, and applies them by the rules that
 * the application has ({@link TriedEvents}).
 */
public final class TryEvents implements Trial {

    private static final String EVENTS = "--events";
    private static final String PROVIDER = "--provider";
    private static final String BOOKS = "--books";
    private static final String HEADERS = ".headers";

    private record Kept(String eventId, byte[] payload) implements StoredEvent {
    }

    @Override
    public boolean runs(String routeId) {
        return routeId.matches("provider-.*-events") || routeId.equals(ReplacedHooks.AFTER_OUTCOME);
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
                new Option(PROVIDER, "NAME", "Whose events they are, if they stand in that folder itself."),
                new Option(BOOKS, "FILE",
                        "What is known before the first event: answers of /api/v1/payments. Without it, every "
                                + "event is about a payment whose charge its provider has taken and not yet decided."));
    }

    @Override
    public List<Tried> run(DryRoutes routes, Map<String, String> given) throws IOException {
        Path folder = Path.of(given.get(EVENTS));
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("There is no folder " + folder + ".");
        }
        String books = given.get(BOOKS);
        if (books != null && !Files.isRegularFile(Path.of(books))) {
            throw new IllegalArgumentException("There is no file " + books + ".");
        }
        TriedEvents events = new TriedEvents(routes, books == null ? null : KnownPayments.read(Path.of(books)));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(HEADERS)).sorted()
                    .toList()) {
                Path inside = folder.relativize(file);
                String provider = given.get(PROVIDER) != null ? given.get(PROVIDER) : inside.getName(0).toString();
                read(routes, events, file, inside.getNameCount() == 1 && given.get(PROVIDER) == null ? null : provider);
            }
        }
        return events.apply();
    }

    private static void read(DryRoutes routes, TriedEvents events, Path file, String provider) throws IOException {
        if (provider == null) {
            events.unreadable(file.toString(),
                    "whose event it is: put it into a folder of the provider's name, or give --provider");
            return;
        }
        String route = "provider-" + provider + "-events";
        if (!routes.has(route)) {
            events.unreadable(file.toString(), "there is no route '" + route + "'");
            return;
        }
        byte[] body = Files.readAllBytes(file);
        Exchange read = routes.run(route, new RecordedRequest(body, headers(file)), Map.of(), Map.of());
        if (read.getException() != null) {
            events.unreadable(file.toString(), Causes.brief(read.getException()));
            return;
        }
        List<?> received = read.getMessage().getBody(List.class);
        for (int i = 0; i < received.size(); i++) {
            ReceivedEvent event = (ReceivedEvent) received.get(i);
            String title = file + (received.size() > 1 ? ", event " + (i + 1) : "");
            if (event.problem() == null) {
                translate(routes, events, title, route, event);
            } else {
                events.unreadable(title, at(body) + event.problem());
            }
        }
    }

    private static void translate(DryRoutes routes, TriedEvents events, String title, String route, ReceivedEvent received) {
        Exchange exchange = routes.run(route, new Kept(received.eventId(), received.payload()), Map.of(), Map.of());
        Exception failure = exchange.getException();
        if (failure == null) {
            events.add(title, route, received, exchange.getMessage().getBody(ProviderEvent.class));
        } else {
            events.unreadable(title, received, failure instanceof UnreadableEvent
                    ? failure.getMessage()
                    : Causes.brief(failure));
        }
    }

    /**
     * Of the file beside it that has its name and ends with .headers, line by line. Without one, the name of the file stands for what
     * they would say.
     */
    private static Map<String, Object> headers(Path file) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + HEADERS);
        Map<String, Object> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (Files.isRegularFile(beside)) {
            for (String line : Files.readAllLines(beside)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
                }
            }
            return headers;
        }
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
}
