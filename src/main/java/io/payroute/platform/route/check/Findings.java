package io.payroute.platform.route.check;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

import io.payroute.platform.Words;

/** What a check has found, each thing once. Several threads may add to it. */
final class Findings {

    private static final int NAMED = 12;

    private final Set<Finding> all = new ConcurrentSkipListSet<>();

    void add(SourceFile file, int line, String text) {
        all.add(new Finding(file.name(), line, text));
    }

    void add(Finding finding) {
        all.add(finding);
    }

    boolean has(SourceFile file) {
        return all.stream().anyMatch(finding -> finding.file().equals(file.name()));
    }

    List<Finding> all() {
        return List.copyOf(all);
    }

    /** What may have been meant, as the end of a sentence. */
    static String meant(Collection<String> known, String written) {
        List<String> nearest = Words.near(known, written);
        if (!nearest.isEmpty()) {
            return ", did you mean " + String.join(" or ", nearest) + "?";
        }
        return known.isEmpty() || known.size() > NAMED ? "." : "; there are " + String.join(", ", new TreeSet<>(known)) + ".";
    }
}
