package io.payroute.payment.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import io.payroute.money.CurrencyExponents;
import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.ProviderRule;
import io.payroute.payment.model.ProviderRule.Match;
import io.payroute.payment.model.ProviderRule.Weighted;

/**
 * Reads provider-rules.yaml, and takes nothing that is only nearly right: a misspelt word would silently send payments to the
 * wrong company.
 */
final class ProviderRulesReader {

    private static final Pattern PROVIDER = Pattern.compile("[a-z][a-z0-9-]*");
    private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9_.:-]{1," + PaymentInstruction.MAX_METHOD + "}");
    private static final int MAX_WEIGHT = 1_000_000;

    private final String file;
    private final List<ProviderRule> rules = new ArrayList<>();
    /** Where the reader is, for its messages. */
    private String position = "the file";

    private ProviderRulesReader(String file) {
        this.file = file;
    }

    /**
     * @param file its name, for messages
     * @throws InvalidProviderRulesException naming file, rule and remedy
     */
    static List<ProviderRule> read(String file, String yaml) {
        ProviderRulesReader reader = new ProviderRulesReader(file);
        reader.file(yaml);
        return List.copyOf(reader.rules);
    }

    private void file(String yaml) {
        Object content;
        try {
            content = new Load(LoadSettings.builder().setLabel(file).build()).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw wrong("it is no valid YAML: " + e.getMessage());
        }
        Map<?, ?> top = map(content, "it", Set.of("rules"));
        int number = 0;
        for (Object rule : list(top, "rules", "write 'rules: []' to have none")) {
            position = "rule number " + ++number;
            add(map(rule, "it", Set.of("name", "when", "providers")));
        }
    }

    private void add(Map<?, ?> yaml) {
        String name = text(yaml.get("name"), "name", "give the rule a name of its own");
        position = "rule '" + name + "'";
        if (rules.stream().anyMatch(rule -> rule.name().equals(name))) {
            throw wrong("another rule has this name: the name is recorded with each payment, so give each rule its own.");
        }
        Match match = yaml.containsKey("when") ? match(yaml.get("when")) : Match.EVERYTHING;
        rules.stream().filter(earlier -> earlier.match().covers(match)).findFirst().ifPresent(earlier -> {
            throw wrong("it is never reached: rule '" + earlier.name()
                    + "' stands before it and matches everything that it matches. Put this one first, or remove it.");
        });
        rules.add(new ProviderRule(name, match, providers(yaml)));
    }

    private Match match(Object yaml) {
        Map<?, ?> when = map(yaml, "when", Set.of("currencies", "methods", "amount"));
        if (when.isEmpty()) {
            throw wrong("when is empty: leave it out to match everything.");
        }
        Set<String> currencies = words(when, "currencies", this::currency);
        Set<String> methods = words(when, "methods", this::method);
        if (!when.containsKey("amount")) {
            return new Match(currencies, methods, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        Map<?, ?> amount = map(when.get("amount"), "amount", Set.of("min", "max"));
        if (currencies.size() != 1) {
            throw wrong("amount counts minor units of one currency: name exactly one in currencies.");
        }
        if (amount.isEmpty()) {
            throw wrong("amount is empty: give it min, max or both.");
        }
        long min = amount.containsKey("min") ? number(amount.get("min"), "min", Long.MAX_VALUE) : Long.MIN_VALUE;
        long max = amount.containsKey("max") ? number(amount.get("max"), "max", Long.MAX_VALUE) : Long.MAX_VALUE;
        if (min > max) {
            throw wrong("min is above max, so nothing matches: exchange them.");
        }
        return new Match(currencies, methods, min, max);
    }

    private Set<String> words(Map<?, ?> when, String key, UnaryOperator<String> check) {
        Set<String> words = new LinkedHashSet<>();
        if (when.containsKey(key)) {
            for (Object word : filled(when, key, "leave it out to match all")) {
                String one = check.apply(text(word, key, "write text; put quotes around what looks like a number"));
                if (!words.add(one)) {
                    throw wrong(key + " names '" + one + "' twice: remove one.");
                }
            }
        }
        return Set.copyOf(words);
    }

    private String currency(String code) {
        if (!CurrencyExponents.activeCodes().contains(code)) {
            throw wrong(
                    "'" + code + "' is no currency that can be paid in: write an ISO 4217 code in upper case, such as USD.");
        }
        return code;
    }

    private String method(String method) {
        if (!METHOD.matcher(method).matches()) {
            throw wrong("'" + method + "' can be no payment's method: use at most " + PaymentInstruction.MAX_METHOD
                    + " letters, digits or any of _ . : -");
        }
        return method;
    }

    private List<Weighted> providers(Map<?, ?> rule) {
        List<Weighted> providers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object yaml : filled(rule, "providers", "name at least one provider")) {
            Weighted one = yaml instanceof String name ? new Weighted(name, 0) : weighted(yaml);
            if (!PROVIDER.matcher(one.provider()).matches()) {
                throw wrong("'" + one.provider() + "' is no provider's name: write what follows 'provider-' in its route's id, "
                        + "in lower case.");
            }
            if (!names.add(one.provider())) {
                throw wrong("provider '" + one.provider() + "' is listed twice: remove one.");
            }
            providers.add(one);
        }
        if (providers.stream().map(one -> one.weight() > 0).distinct().count() > 1) {
            throw wrong("some providers have a weight and some have none: give all of them one, or none.");
        }
        return List.copyOf(providers);
    }

    private Weighted weighted(Object yaml) {
        Map<?, ?> provider = map(yaml, "a provider", Set.of("name", "weight"));
        String name = text(provider.get("name"), "a provider's name", "write 'name: sandbox'");
        return new Weighted(name,
                provider.containsKey("weight") ? (int) number(provider.get("weight"), "weight", MAX_WEIGHT) : 0);
    }

    private Map<?, ?> map(Object yaml, String what, Set<String> keys) {
        if (!(yaml instanceof Map<?, ?> map)) {
            throw wrong(what + " must have keys of " + sorted(keys) + ".");
        }
        for (Object key : map.keySet()) {
            if (!keys.contains(key)) {
                throw wrong(what + " has the unknown key '" + key + "': there are " + sorted(keys) + ".");
            }
        }
        return map;
    }

    private List<?> filled(Map<?, ?> yaml, String key, String remedy) {
        List<?> list = list(yaml, key, remedy);
        if (list.isEmpty()) {
            throw wrong(key + " is empty: " + remedy + ".");
        }
        return list;
    }

    private List<?> list(Map<?, ?> yaml, String key, String remedy) {
        if (!(yaml.get(key) instanceof List<?> list)) {
            throw wrong(key + (yaml.containsKey(key) ? " is no list, such as [a, b]: " : " is missing: ") + remedy + ".");
        }
        return list;
    }

    private String text(Object yaml, String what, String remedy) {
        if (!(yaml instanceof String text) || text.isBlank()) {
            throw wrong(what + (yaml == null ? " is missing: " : " is no text: ") + remedy + ".");
        }
        return text;
    }

    private long number(Object yaml, String what, long max) {
        long number = yaml instanceof Integer || yaml instanceof Long ? ((Number) yaml).longValue() : 0;
        if (number < 1 || number > max) {
            throw wrong(what + " is '" + yaml + "': write a whole number of 1 or more"
                    + (max < Long.MAX_VALUE ? ", at most " + max + "." : "."));
        }
        return number;
    }

    private static List<String> sorted(Set<String> keys) {
        return keys.stream().sorted().toList();
    }

    private InvalidProviderRulesException wrong(String problem) {
        return new InvalidProviderRulesException(file + ", " + position + ": " + problem);
    }
}
