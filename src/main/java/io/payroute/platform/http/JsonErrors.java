package io.payroute.platform.http;

import java.util.ArrayList;
import java.util.List;

import io.payroute.platform.FieldError;
import io.payroute.platform.Refusal;

/** Collects every bad field of one body, so that a client corrects them in one go. Bounded: a hostile body stays a small answer. */
final class JsonErrors {

    private static final int MAX_ERRORS = 32;
    private static final int MAX_NAME = 64;

    private List<FieldError> errors = List.of();

    void add(String prefix, String name, String rule, String detail) {
        if (errors.isEmpty()) {
            errors = new ArrayList<>();
        }
        if (errors.size() < MAX_ERRORS) {
            errors.add(new FieldError(prefix + shown(name), rule, detail));
        }
    }

    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
    }

    /** A name the client chose: cut, and without anything that could disturb a log or a terminal. */
    static String shown(String name) {
        String cut = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
        return JsonText.isClean(cut) ? cut : cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
