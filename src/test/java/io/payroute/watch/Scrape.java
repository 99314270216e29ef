package io.payroute.watch;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /q/metrics} told at one moment, with what Prometheus adds: {@code job} and {@code instance}, and {@code up}, which is
 * all there is when nobody answers.
 */
public record Scrape(Instant at, List<Sample> samples) {

    public record Sample(String metric, Map<String, String> labels, double value) {
    }

    private static final Pattern LINE = Pattern.compile("([a-z_][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final String UP = "\nup{job=\"payroute\",instance=\"app:8080\"} ";

    /** @param body of an answer with another status it is no metrics */
    public static Scrape of(int status, String body) {
        return status == 200 ? parse(body + UP + "1") : none();
    }

    /** Nobody answered. */
    public static Scrape none() {
        return parse(UP + "0");
    }

    static Scrape parse(String text) {
        return new Scrape(Instant.now(), text.lines().filter(line -> !line.startsWith("#")).map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> new Sample(line.group(1), labels(line.group(2)), Double.parseDouble(line.group(3)))).toList());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>(Map.of("job", "payroute", "instance", "app:8080"));
        if (text != null) {
            LABEL.matcher(text).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        return labels;
    }
}
