package io.payroute.payment.dryrun;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import io.payroute.provider.RecordedEvent;
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

    private static final String LINES = ".jsonl";

    /** @param title names the file, and the line of one that has several */
    private record Request(String title, byte[] body, Map<String, Object> headers) {
    }

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
                new Option(EVENTS, "FILE|FOLDER",
                        "Events of providers, each request as it came in a file of JSON, or in a line "
                                + "of a file .jsonl, in a folder of the provider's name below this one."),
                new Option(PROVIDER, "NAME", "Whose events they are, if they stand in that folder itself."),
                new Option(BOOKS, "FILE",
                        "What is known before the first event: answers of /api/v1/payments. Without it, every "
                                + "event is about a payment whose charge its provider has taken and not yet decided."));
    }

    @Override
    public List<Tried> run(DryRoutes routes, Map<String, String> given) throws IOException {
        Path events = Path.of(given.get(EVENTS));
        if (!Files.exists(events)) {
            throw new IllegalArgumentException("There is no file or folder " + events + ".");
        }
        String books = given.get(BOOKS);
        if (books != null && !Files.isRegularFile(Path.of(books))) {
            throw new IllegalArgumentException("There is no file " + books + ".");
        }
        TriedEvents tried = new TriedEvents(routes, books == null ? null : KnownPayments.read(Path.of(books)));
        boolean one = Files.isRegularFile(events);
        try (Stream<Path> files = Files.walk(events)) {
            for (Path file : files.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(HEADERS)).sorted()
                    .toList()) {
                Path folder = one ? file.toAbsolutePath().getParent().getFileName() : events.relativize(file).getName(0);
                boolean named = one || events.relativize(file).getNameCount() > 1;
                String provider = given.get(PROVIDER) != null ? given.get(PROVIDER) : named ? folder.toString() : null;
                for (Request request : requests(file)) {
                    read(routes, tried, request, provider);
                }
            }
        }
        return tried.apply();
    }

    private static List<Request> requests(Path file) throws IOException {
        if (!file.toString().endsWith(LINES)) {
            return List.of(new Request(file.toString(), Files.readAllBytes(file), headers(file, "")));
        }
        List<Request> requests = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                requests.add(new Request(file + ":" + (i + 1), lines.get(i).getBytes(StandardCharsets.UTF_8),
                        headers(file, ":" + (i + 1))));
            }
        }
        return requests;
    }

    private static void read(DryRoutes routes, TriedEvents events, Request request, String provider) {
        String route = "provider-" + provider + "-events";
        if (provider == null || !routes.has(route)) {
            others(routes, events, request, null, provider == null
                    ? "whose event it is: put it into a folder of the provider's name, or give --provider"
                    : "there is no route '" + route + "'");
            return;
        }
        Exchange read = routes.run(route, new RecordedRequest(request.body(), request.headers()), Map.of(), Map.of());
        if (read.getException() != null) {
            events.unreadable(request.title(), Causes.brief(read.getException()));
            return;
        }
        List<?> received = read.getMessage().getBody(List.class);
        if (received.isEmpty()) {
            others(routes, events, request, provider, "there is no event in it");
        }
        for (int i = 0; i < received.size(); i++) {
            ReceivedEvent event = (ReceivedEvent) received.get(i);
            String title = request.title() + (received.size() > 1 ? ", event " + (i + 1) : "");
            if (event.problem() == null) {
                translate(routes, events, title, route, event);
            } else {
                events.unreadable(title, at(request.body()) + event.problem());
            }
        }
    }

    /** What is no request to this role, another may know from a topic. */
    private static void others(DryRoutes routes, TriedEvents events, Request request, String provider, String problem) {
        List<Said> others = routes.hand(new RecordedEvent(provider, request.title(), request.body()));
        if (others.isEmpty()) {
            events.unreadable(request.title(), problem);
        } else {
            events.others(request.title(), others);
        }
    }

    private static void translate(DryRoutes routes, TriedEvents events, String title, String route, ReceivedEvent received) {
        Exchange exchange = routes.run(route, new Kept(received.eventId(), received.payload()), Map.of(), Map.of());
        Exception failure = exchange.getException();
        if (failure == null) {
            ProviderEvent told = exchange.getMessage().getBody(ProviderEvent.class);
            events.add(title, route, received, told, told.kind() == ProviderEvent.Kind.UNDECLARED
                    ? List.of()
                    : routes.hand(new RecordedEvent(received.provider(), received.eventId(), received.payload())));
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
    private static Map<String, Object> headers(Path file, String which) throws IOException {
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
                return "header:" + file.getFileName() + which;
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
