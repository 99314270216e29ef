package io.payroute.payment.provider.http;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

import io.payroute.provider.ValuePointer;
import io.quarkus.runtime.configuration.DurationConverter;

/** The values that a use of the kamelet provider-http declares. What is wrong is said with the property's name. */
record Declaration(Map<String, String> values) {

    /** @return the value, empty when it is not declared */
    String text(String name) {
        return values.getOrDefault(name, "").strip();
    }

    boolean has(String name) {
        return !text(name).isEmpty();
    }

    <T> T read(String name, Function<String, T> reader) {
        try {
            return reader.apply(text(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    String oneOf(String name, Collection<String> allowed) {
        if (!allowed.contains(text(name))) {
            throw new IllegalArgumentException(
                    name + " is '" + text(name) + "'; it must be one of " + new TreeSet<>(allowed));
        }
        return text(name);
    }

    ValuePointer pointer(String name) {
        return read(name, ValuePointer::of);
    }

    /** @return null when it is not declared */
    Duration duration(String name) {
        if (!has(name)) {
            return null;
        }
        if (!text(name).matches("[0-9]+(ms|s|m|h|d)")) {
            throw new IllegalArgumentException(name + " must be a duration with a unit, such as 5s");
        }
        return DurationConverter.parseDuration(text(name));
    }
}
