package io.payroute.docs;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.payroute.platform.Defaults;

/** The keys that configure the application, as its code and the comments of its configuration name them. */
public final class SourceKeys {

    private static final Pattern ASKED = Pattern
            .compile("(?:@ConfigProperty\\(name = |get(?:Optional)?Values?\\()\"([a-z][a-z0-9.-]+)\"");
    private static final Pattern COMMENTED = Pattern.compile("(?m)^# ?([a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)+)=");

    private SourceKeys() {
    }

    public static Set<String> read() {
        String sources = Pages.files("src/main/java", ".java").stream().map(Pages::read).collect(Collectors.joining("\n"));
        Set<String> keys = new TreeSet<>(Pages.find(ASKED, sources));
        keys.addAll(Pages.find(COMMENTED, Defaults.packaged().text()));
        keys.removeIf(key -> key.startsWith("quarkus.") || key.startsWith("camel.") || key.startsWith("kafka.s")
                || key.startsWith("embedded.") || key.endsWith("."));
        return keys;
    }
}
