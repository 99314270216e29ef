package io.payroute.crash;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What callers were answered, and will hold against the application.
 *
 * @param payments the ids of payments that each idempotency key was answered with
 * @param operations the ids of operations that each idempotency key was answered with; none when the answer was that the
 *        provider had refused
 * @param races of each payment of which two refunds were requested at once that did not fit together: how many were accepted
 */
record Answers(Map<String, Set<String>> payments, Map<String, Set<String>> operations, Map<String, Integer> races) {

    Answers() {
        this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    void payment(String key, String id) {
        ids(payments, key).add(id);
    }

    void operation(String key, String id) {
        ids(operations, key).add(id);
    }

    void refusedByProvider(String key) {
        ids(operations, key);
    }

    private static Set<String> ids(Map<String, Set<String>> answers, String key) {
        return answers.computeIfAbsent(key, none -> ConcurrentHashMap.newKeySet());
    }
}
