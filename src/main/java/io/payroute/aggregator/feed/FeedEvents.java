package io.payroute.aggregator.feed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.Money;

/**
 * Events as providers send them, of payments that come from nowhere: each provider's file {@code feed/<provider>.json} has the steps
 * of a payment's life in order, and of how many of a hundred payments each is told.
 */
public final class FeedEvents {

    /** What comes next. @param key of the Kafka record: the payment */
    public record Event(String topic, String key, byte[] value) {
    }

    private record Step(int of, String template) {
    }

    private record Life(String provider, String payment, Money money, String email, Iterator<Step> steps) {
    }

    public static final List<String> PROVIDERS = List.of("stripe", "razorpay", "paypal", "adyen", "sandbox", "generic");
    private static final Map<String, List<String>> CURRENCIES = Map.of("razorpay", List.of("INR"), "paypal",
            List.of("USD", "EUR", "JPY"));
    private static final List<String> ANY = List.of("USD", "USD", "EUR", "GBP", "JPY", "KWD");
    /** So many payments are under way at once, so that their events come mixed. */
    private static final int TOGETHER = 50;
    private static final int MAX_MAJOR = 500;
    private static final Pattern NUMBER = Pattern.compile("\"(\\$\\{[a-z]+):number}\"");

    private final Random random;
    private final int garbagePercent;
    private final Map<String, List<Step>> files = new LinkedHashMap<>();
    private final List<Life> lives = new ArrayList<>();
    private long garbage;

    /** @param seed of which every id follows */
    public FeedEvents(List<String> providers, int garbagePercent, long seed) {
        this.random = new Random(seed);
        this.garbagePercent = garbagePercent;
        providers.forEach(provider -> files.put(provider, steps(provider)));
    }

    private static List<Step> steps(String provider) {
        try (InputStream file = FeedEvents.class.getResourceAsStream("/feed/" + provider + ".json")) {
            List<Step> steps = new ArrayList<>();
            for (JsonNode step : new ObjectMapper().readTree(file)) {
                steps.add(new Step(step.get("of").asInt(), NUMBER.matcher(step.get("event").toString()).replaceAll("$1}")));
            }
            return steps;
        } catch (IOException e) {
            throw new IllegalStateException("feed/" + provider + ".json cannot be read", e);
        }
    }

    public Event next() {
        String topic = topic(provider());
        if (random.nextInt(100) < garbagePercent) {
            return new Event(topic, "garbage-" + ++garbage, ("{\"this\": \"is no event\", \"number\": " + garbage).getBytes(
                    StandardCharsets.UTF_8));
        }
        while (true) {
            if (lives.size() < TOGETHER) {
                lives.add(life(provider()));
            }
            int one = random.nextInt(lives.size());
            Life life = lives.get(one);
            if (!life.steps().hasNext()) {
                lives.set(one, life(provider()));
                continue;
            }
            return event(life, life.steps().next());
        }
    }

    private String provider() {
        return List.copyOf(files.keySet()).get(random.nextInt(files.size()));
    }

    private static String topic(String provider) {
        return provider.equals("generic") ? "payments.raw" : "payments.raw." + provider;
    }

    private Life life(String provider) {
        List<String> currencies = CURRENCIES.getOrDefault(provider, ANY);
        String currency = currencies.get(random.nextInt(currencies.size()));
        long minor = random.nextLong(1, MAX_MAJOR * Math.round(Math.pow(10, CurrencyExponents.of(currency))));
        int fate = random.nextInt(100);
        return new Life(provider, id(), Money.ofMinor(minor, currency), "customer" + random.nextInt(10_000) + "@example.com",
                files.get(provider).stream().filter(step -> fate < step.of()).iterator());
    }

    private Event event(Life life, Step step) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String value = step.template().replace("${payment}", life.payment()).replace("${event}", id())
                .replace("${minor}", Long.toString(life.money().minor()))
                .replace("${major}", life.money().toDecimalText())
                .replace("${currency}", life.money().currency())
                .replace("${currency:lower}", life.money().currency().toLowerCase(Locale.ROOT))
                .replace("${seconds}", Long.toString(now.getEpochSecond())).replace("${time}", now.toString())
                .replace("${email}", life.email());
        return new Event(topic(life.provider()), life.payment(), value.getBytes(StandardCharsets.UTF_8));
    }

    private String id() {
        return "%016x".formatted(random.nextLong());
    }
}
