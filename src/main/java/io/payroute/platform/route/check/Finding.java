package io.payroute.platform.route.check;

import java.util.Comparator;

/**
 * One thing that is wrong, where, and what to write instead.
 *
 * @param file as its owner knows it
 * @param line counted from 1
 */
public record Finding(String file, int line, String text) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file).thenComparing(Finding::line)
            .thenComparing(Finding::text);

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + line + ": " + text;
    }
}
