package io.payroute.it;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /q/metrics} told at one moment, with what Prometheus adds: {@code job} and {@code instance}, and {@code up}, which is
 * all there is when nobody answers.
 */
record Scrape(List<Sample> samples) {

    record Sample(String metric, Map<String, String> labels, double value) {
    }

    private static final Pattern LINE = Pattern.compile("([a-z_][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final String TARGET = "{job=\"payroute\",instance=\"app:8080\"}";

    static Scrape of(Application application) {
        try {
            HttpResponse<String> answer = application.get("/q/metrics");
            return parse(answer.body() + "\nup" + TARGET + (answer.statusCode() == 200 ? " 1" : " 0"));
        } catch (IOException e) {
            return parse("up" + TARGET + " 0");
        }
    }

    static Scrape parse(String text) {
        return new Scrape(text.lines().filter(line -> !line.startsWith("#")).map(LINE::matcher).filter(Matcher::matches)
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
