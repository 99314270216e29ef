package io.payroute.payment.dryrun;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.payroute.payment.PaymentEvents;
import io.payroute.payment.accept.CreateHandler;
import io.payroute.payment.accept.PayHandler;
import io.payroute.payment.hook.HookedPayment;
import io.payroute.payment.hook.PaymentHook;
import io.payroute.payment.hook.ReplacedHooks;
import io.payroute.payment.model.Payment;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.PaymentStatus;
import io.payroute.payment.routing.ProviderRoutes;
import io.payroute.payment.routing.ProviderRules;
import io.payroute.payment.telling.StatusToRequest;
import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;
import io.payroute.platform.dryrun.DryRoutes;
import io.payroute.platform.dryrun.Trial;

/**
 * Reads recorded requests as the edge does, and says which rule and provider they would get and what customers would be told. Which
 * provider a weighted rule chooses hangs on the payment's id, here on the text of the request.
 */
public final class TryPayments implements Trial {

    private static final String PAYMENTS = "--payments";
    /** An amount stays as it is written, as where the edge reads it. */
    private static final ObjectMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true)).build();

    @Override
    public boolean runs(String routeId) {
        return AskHook.HOOKS.contains(routeId);
    }

    @Override
    public Map<String, Object> beans(DryRoutes routes) {
        return Map.of("paymentHook", new PaymentHook());
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(PAYMENTS, "FILE", "Requests as POST /pay or POST /api/v1/payments take them: a JSON array, or one "
                        + "after the other."));
    }

    @Override
    public List<Tried> run(DryRoutes routes, Map<String, String> given) throws IOException {
        Path file = Path.of(given.get(PAYMENTS));
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("There is no file " + file + ".");
        }
        ProviderRules rules = new ProviderRules(routes.key("payment.provider.rules"), routes.key("payment.provider.default"));
        List<Tried> all = new ArrayList<>();
        try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(file.toFile())) {
            while (values.hasNextValue()) {
                String place = file + ":" + values.getParser().currentTokenLocation().getLineNr();
                Tried tried = tried(routes, rules, place, values.nextValue());
                all.add(new Tried(place + ", request " + (all.size() + 1), tried.title(), tried.said()));
            }
        } catch (JsonProcessingException e) {
            all.add(new Tried(file + ":" + e.getLocation().getLineNr(),
                    List.of(Said.bad("unreadable", "this is no JSON: " + e.getOriginalMessage()))));
        }
        return all;
    }

    private static Tried tried(DryRoutes routes, ProviderRules rules, String place, JsonNode json) {
        byte[] request = json.toString().getBytes(StandardCharsets.UTF_8);
        List<Said> said = new ArrayList<>();
        try {
            PaymentInstruction read = read(routes, request, json.has("userId"));
            PaymentInstruction payment = new PaymentInstruction(UUID.nameUUIDFromBytes(request), read.userId(),
                    read.money(),
                    read.method(), read.email(), read.description(), read.orderId(), read.provider(), read.capture());
            String title = "%s %s %s %s of %s".formatted(place, payment.money().toDecimalText(), payment.money().currency(),
                    payment.method(), payment.userId());
            if (!AskHook.of(routes, ReplacedHooks.BEFORE_STORE, hooked(payment, payment.provider()), said)) {
                return new Tried(title, said);
            }
            ProviderRules.Choice choice = rules.choose(payment);
            said.addAll(new Candidates(routes, rules).of(payment, choice));
            if (!AskHook.of(routes, ReplacedHooks.BEFORE_CHARGE, hooked(payment, choice.provider()), said)) {
                return new Tried(title, said);
            }
            List<PaymentStatus> told = told(routes);
            for (PaymentStatus status : PaymentStatus.values()) {
                if (told.contains(status) || status == PaymentStatus.FAILED
                        || status == (payment.capture() ? PaymentStatus.COMPLETED : PaymentStatus.AUTHORIZED)) {
                    Payment after = after(payment, choice.provider(), status);
                    said.addAll(AskHook.afterOutcome(routes, PaymentStatus.PROCESSING, after));
                    if (told.contains(status)) {
                        said.addAll(routes.hand(request(after)));
                    }
                }
            }
            return new Tried(title, said);
        } catch (Refusal e) {
            said.add(Said.of("refused", e.type() + ": " + (e.errors().isEmpty()
                    ? e.detail()
                    : e.errors().stream().map(FieldError::detail).collect(Collectors.joining(" ")))));
            return new Tried(place, said);
        }
    }

    private static HookedPayment hooked(PaymentInstruction payment, String provider) {
        return new HookedPayment(payment.paymentId(), payment.userId(), payment.email(), payment.orderId(), payment.money(),
                payment.method(), provider, payment.capture(), 1);
    }

    private static PaymentInstruction read(DryRoutes routes, byte[] request, boolean pay) {
        Exchange exchange = routes.exchange(request);
        if (pay) {
            new PayHandler(null).read(exchange);
        } else {
            new CreateHandler(null, new ProviderRoutes(null) {
                @Override
                public Set<String> names() {
                    return routes.ids().stream().filter(id -> id.startsWith("provider-") && !id.endsWith("-events"))
                            .map(id -> id.substring("provider-".length())).collect(Collectors.toCollection(TreeSet::new));
                }
            }).read(exchange);
        }
        return exchange.getMessage().getBody(PaymentInstruction.class);
    }

    private static List<PaymentStatus> told(DryRoutes routes) {
        List<String> words = Arrays.stream(routes.key("notification.told-statuses").split(",")).map(String::strip).toList();
        return Arrays.stream(PaymentStatus.values()).filter(status -> words.contains(status.word())).toList();
    }

    private static Payment after(PaymentInstruction of, String provider, PaymentStatus status) {
        Instant at = Instant.EPOCH;
        return new Payment(of.paymentId(), of.userId(), of.money(), of.method(), provider, null, status,
                status == PaymentStatus.FAILED ? "declined" : null, of.email(), of.description(), of.orderId(), at, at, null,
                of.capture(), status == PaymentStatus.COMPLETED ? of.money().minor() : 0, 0, 0, 0, 0, null);
    }

    private static Object request(Payment payment) {
        return StatusToRequest.request(PaymentEvents.message(payment, PaymentStatus.PROCESSING, payment.status(),
                payment.reason(), Instant.EPOCH, payment.captured(), 0), payment.id() + payment.status().word());
    }
}
