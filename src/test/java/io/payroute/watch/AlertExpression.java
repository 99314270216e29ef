package io.payroute.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of PromQL that the alert rules use, evaluated over scrapes as Prometheus would: an instant vector, {@code increase} over a
 * range, {@code sum by}, {@code time()}, {@code -}, {@code /} and a comparison with a number. What it does not know it refuses. An
 * increase is what was counted between the scrapes; Prometheus scales that up to the ends of the range, by little.
 */
public final class AlertExpression {

    /** What an expression is at one moment: a number, or one for each set of labels. */
    private record Value(Double number, Map<Map<String, String>, Double> vector) {

        static Value of(double number) {
            return new Value(number, Map.of());
        }

        static Value of(Map<Map<String, String>, Double> vector) {
            return new Value(null, vector);
        }
    }

    private record Moment(List<Scrape> scrapes, Instant now) {
    }

    @FunctionalInterface
    private interface Node {
        Value at(Moment moment);
    }

    private record Selector(String metric, List<String[]> matchers) {

        boolean takes(Scrape.Sample sample) {
            return sample.metric().equals(metric) && matchers.stream().allMatch(matcher -> {
                String label = sample.labels().getOrDefault(matcher[0], "");
                boolean fits = matcher[1].endsWith("~") ? label.matches(matcher[2]) : label.equals(matcher[2]);
                return fits != matcher[1].startsWith("!");
            });
        }

        Map<Map<String, String>, Double> of(Scrape scrape) {
            Map<Map<String, String>, Double> found = new HashMap<>();
            scrape.samples().stream().filter(this::takes).forEach(sample -> found.put(sample.labels(), sample.value()));
            return found;
        }
    }

    private static final Pattern SELECTOR = Pattern.compile("\\G([a-z_]\\w*)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern RANGE = Pattern.compile("\\G\\[(\\d+)m]");
    private static final Pattern SUM = Pattern.compile("\\Gsum by \\(([^)]*)\\) \\(");
    private static final Pattern NUMBER = Pattern.compile("\\G\\d+(?:\\.\\d+)?");
    private static final Pattern COMPARISON = Pattern.compile("\\G (>|==) ");

    private final String text;
    private final Node root;
    private int at;

    private AlertExpression(String text) {
        this.text = text;
        this.root = comparison();
        if (at != text.length()) {
            throw unknown();
        }
    }

    /** @throws IllegalArgumentException when it is more than this class knows */
    public static AlertExpression of(String text) {
        return new AlertExpression(text);
    }

    /**
     * @param scrapes in their order; what was before them is out of every range
     * @return the labels that it holds for; none when it does not hold
     */
    public List<Map<String, String>> holds(List<Scrape> scrapes, Instant now) {
        return List.copyOf(root.at(new Moment(scrapes, now)).vector().keySet());
    }

    private Node comparison() {
        Node left = difference();
        Matcher operator = here(COMPARISON);
        if (operator == null) {
            throw unknown();
        }
        double limit = Double.parseDouble(must(NUMBER).group());
        boolean equal = operator.group(1).equals("==");
        return moment -> {
            Map<Map<String, String>, Double> kept = new HashMap<>(left.at(moment).vector());
            kept.values().removeIf(value -> equal ? value != limit : !(value > limit));
            return Value.of(kept);
        };
    }

    private Node difference() {
        Node left = quotient();
        if (!take(" - ")) {
            return left;
        }
        Node right = quotient();
        return moment -> apply(left.at(moment), right.at(moment), (one, other) -> one - other);
    }

    private Node quotient() {
        Node left = part();
        if (!take(" / ")) {
            return left;
        }
        Node right = part();
        return moment -> apply(left.at(moment), right.at(moment), (one, other) -> one / other);
    }

    private Node part() {
        Matcher sum = here(SUM);
        if (sum != null) {
            List<String> by = Arrays.asList(sum.group(1).split(", "));
            Node summed = part();
            close();
            return moment -> Value.of(sum(summed.at(moment).vector(), by));
        }
        if (take("time()")) {
            return moment -> Value.of(moment.now().toEpochMilli() / 1000.0);
        }
        if (take("increase(")) {
            Selector selector = selector();
            Duration range = Duration.ofMinutes(Long.parseLong(must(RANGE).group(1)));
            close();
            return moment -> Value.of(increase(selector, moment, range));
        }
        Selector selector = selector();
        return moment -> Value.of(selector.of(moment.scrapes().get(moment.scrapes().size() - 1)));
    }

    private Selector selector() {
        Matcher selector = must(SELECTOR);
        List<String[]> matchers = new ArrayList<>();
        if (selector.group(2) != null) {
            MATCHER.matcher(selector.group(2)).results()
                    .forEach(one -> matchers.add(new String[]{one.group(1), one.group(2), one.group(3)}));
        }
        return new Selector(selector.group(1), matchers);
    }

    /** A counter that falls has begun anew. A series of one sample has no increase. */
    private static Map<Map<String, String>, Double> increase(Selector selector, Moment moment, Duration range) {
        Map<Map<String, String>, Double> last = new HashMap<>();
        Map<Map<String, String>, Double> increases = new HashMap<>();
        for (Scrape scrape : moment.scrapes()) {
            if (scrape.at().isAfter(moment.now().minus(range))) {
                selector.of(scrape).forEach((labels, value) -> {
                    Double before = last.put(labels, value);
                    if (before != null) {
                        increases.merge(labels, value >= before ? value - before : value, Double::sum);
                    }
                });
            }
        }
        return increases;
    }

    private static Map<Map<String, String>, Double> sum(Map<Map<String, String>, Double> vector, List<String> by) {
        Map<Map<String, String>, Double> sums = new HashMap<>();
        vector.forEach((labels, value) -> {
            Map<String, String> kept = new TreeMap<>(labels);
            kept.keySet().retainAll(by);
            sums.merge(kept, value, Double::sum);
        });
        return sums;
    }

    private static Value apply(Value left, Value right, DoubleBinaryOperator operator) {
        Map<Map<String, String>, Double> result = new HashMap<>();
        if (left.number() != null) {
            right.vector().forEach((labels, value) -> result.put(labels, operator.applyAsDouble(left.number(), value)));
        } else {
            left.vector().forEach((labels, value) -> {
                if (right.vector().containsKey(labels)) {
                    result.put(labels, operator.applyAsDouble(value, right.vector().get(labels)));
                }
            });
        }
        return Value.of(result);
    }

    private boolean take(String token) {
        if (!text.startsWith(token, at)) {
            return false;
        }
        at += token.length();
        return true;
    }

    private void close() {
        if (!take(")")) {
            throw unknown();
        }
    }

    private Matcher here(Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find(at)) {
            return null;
        }
        at = matcher.end();
        return matcher;
    }

    private Matcher must(Pattern pattern) {
        Matcher matcher = here(pattern);
        if (matcher == null) {
            throw unknown();
        }
        return matcher;
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("Not known here: " + text.substring(at) + " of " + text);
    }
}
