package io.payroute.payment.provider.http;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which answer means what: {@code 200/Refused=declined}, tried from top to bottom. Some things cannot be declared, whoever writes
 * them: that a server error, or an answer that nobody declared, means anything, and that a refused query is a refused payment.
 */
final class AnswerRules {

    private static final Pattern HTTP = Pattern.compile("[24](xx|[0-9]{2})");
    private static final String TIMEOUT = "408";
    private static final Set<Meaning> PREPARED = EnumSet.of(Meaning.DECLINED, Meaning.DECLINED_SOFTLY, Meaning.NOT_DONE);

    /** They say something of the key, the time or the rate, and nothing of the request: only by their own number. */
    private static final Set<String> BY_NUMBER_ONLY = Set.of("401", "403", "407", TIMEOUT, "409", "425", "429");

    /** @param word of the answer's status, with {@code *} for any end; null for any, and for none */
    record Rule(String http, String word, Meaning meaning) {

        boolean matches(int status, String answered) {
            return matchesHttp(String.valueOf(status)) && (word == null || answered != null && matchesWord(answered));
        }

        private boolean matchesHttp(String status) {
            return http.endsWith("xx")
                    ? status.charAt(0) == http.charAt(0) && !BY_NUMBER_ONLY.contains(status)
                    : status.equals(http);
        }

        private boolean matchesWord(String answered) {
            return word.endsWith("*") ? answered.startsWith(word.substring(0, word.length() - 1)) : answered.equals(word);
        }

        boolean covers(Rule later) {
            return (http.equals(later.http) || http.endsWith("xx") && matchesHttp(later.http))
                    && (word == null || later.word != null && matchesWord(later.word));
        }

        String name() {
            return word == null ? http : http + '/' + word;
        }
    }

    private final List<Rule> rules = new ArrayList<>();

    /**
     * @param text {@code http=meaning} or {@code http/word=meaning}, comma separated
     * @throws IllegalArgumentException for a rule that cannot be, or is never reached
     */
    AnswerRules(Purpose purpose, String text) {
        for (String one : text.split(",")) {
            if (!one.isBlank()) {
                add(purpose, rule(one.strip()));
            }
        }
    }

    private static Rule rule(String text) {
        int at = text.lastIndexOf('=');
        if (at < 1) {
            throw new IllegalArgumentException("'" + text + "' must be http=outcome or http/word=outcome");
        }
        String left = text.substring(0, at).strip();
        int slash = left.indexOf('/');
        return new Rule(slash < 0 ? left : left.substring(0, slash), slash < 0 ? null : left.substring(slash + 1),
                Meaning.of(text.substring(at + 1).strip()));
    }

    private void add(Purpose purpose, Rule rule) {
        check(purpose, rule);
        rules.stream().filter(earlier -> earlier.covers(rule)).findFirst().ifPresent(earlier -> {
            throw new IllegalArgumentException("'" + rule.name() + "' is never reached: '" + earlier.name()
                    + "' stands before it");
        });
        rules.add(rule);
    }

    private static void check(Purpose purpose, Rule rule) {
        Meaning meaning = rule.meaning();
        boolean success = rule.http().startsWith("2");
        String wrong = null;
        if (!HTTP.matcher(rule.http()).matches() || rule.http().equals(TIMEOUT)) {
            wrong = "begins with no status that says anything: 2xx, 4xx or one of them, but not 408; 5xx is always unanswered";
        } else if (meaning.isSuccess() && !success) {
            wrong = "cannot be: only a status 2xx says that something was done";
        } else if (meaning.isRefusal() && success && rule.word() == null) {
            wrong = "cannot be: a status 2xx alone is no refusal, name the word that is";
        } else if (purpose == Purpose.QUERY && meaning.isRefusal() && !success) {
            wrong = "cannot be: that a query is refused says nothing of the payment";
        } else if (purpose == Purpose.QUERY && meaning == Meaning.NOT_DONE) {
            wrong = "cannot be: what a query does not find is absent, and counts after absentAfter";
        } else if (purpose != Purpose.QUERY && meaning == Meaning.ABSENT) {
            wrong = "cannot be: only a query finds nothing";
        } else if (purpose == Purpose.PREPARE && !PREPARED.contains(meaning)) {
            wrong = "cannot be: a request that prepares can end a call only by declined, declined_softly and not_done";
        }
        if (wrong != null) {
            throw new IllegalArgumentException("'" + rule.name() + "=" + meaning.word() + "' " + wrong);
        }
    }

    List<Rule> all() {
        return List.copyOf(rules);
    }
}
