package io.payroute.payment.routing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.payment.model.PaymentInstruction;
import io.payroute.payment.model.ProviderRule;
import io.payroute.payment.model.ProviderRule.Match;
import io.payroute.payment.model.ProviderRule.Weighted;
import io.payroute.platform.ConfigFolder;

/**
 * Which provider charges a payment, and which others may take over, by provider-rules.yaml. The first rule that matches
 * chooses; what no rule matches goes to {@code payment.provider.default}. The choice is the same whenever it is made.
 */
@ApplicationScoped
public class ProviderRules {

    /** The rule behind the last one of the file. */
    static final String DEFAULT = "default";
    private static final String CLASSPATH = "classpath:";
    private static final String FILE = "file:";

    /** @param rule by which the provider was chosen, null when the caller requested it */
    public record Choice(String provider, String rule) {
    }

    private final String file;
    private final List<ProviderRule> rules;
    private final ProviderRule fallback;
    private final Map<String, ProviderRule> byName;

    @Inject
    public ProviderRules(@ConfigProperty(name = "payment.provider.rules") String location,
            @ConfigProperty(name = "payment.provider.default") String defaultProvider) {
        this(located(location), read(located(location)), defaultProvider);
    }

    public ProviderRules(String file, String yaml, String defaultProvider) {
        this.fallback = new ProviderRule(DEFAULT, Match.EVERYTHING, List.of(new Weighted(defaultProvider, 0)));
        List<ProviderRule> all = new ArrayList<>(ProviderRulesReader.read(file, yaml));
        if (all.stream().noneMatch(rule -> rule.match().covers(Match.EVERYTHING))) {
            if (all.stream().anyMatch(rule -> rule.name().equals(DEFAULT))) {
                throw new InvalidProviderRulesException(
                        file + ", rule '" + DEFAULT + "': this is the name of the rule for what no "
                                + "other matches. Remove its 'when' and put it last, or give it another name.");
            }
            all.add(fallback);
        }
        this.file = file;
        this.rules = List.copyOf(all);
        this.byName = rules.stream().collect(Collectors.toUnmodifiableMap(ProviderRule::name, Function.identity()));
    }

    /** The provider that is to charge the payment first. */
    public Choice choose(PaymentInstruction payment) {
        if (payment.provider() != null) {
            return new Choice(payment.provider(), null);
        }
        ProviderRule rule = rules.stream().filter(one -> one.matches(payment.money(), payment.method())).findFirst()
                .orElseThrow();
        return new Choice(rule.order(payment.paymentId()).get(0), rule.name());
    }

    /** The rules before the one that chooses. */
    public List<ProviderRule> passedOver(PaymentInstruction payment) {
        return rules.stream().takeWhile(rule -> !rule.matches(payment.money(), payment.method())).toList();
    }

    /**
     * The providers that may charge a payment, in the order in which they are tried.
     *
     * @param rule that chose for this payment; null, when the caller requested a provider, and a rule that is not there any
     *        more give no other than the payment's own
     */
    public List<String> chain(String rule, UUID paymentId, String provider) {
        ProviderRule named = rule == null ? null : byName.get(rule);
        return named == null ? List.of(provider) : named.order(paymentId);
    }

    /** The rules that name one of these providers and another besides. */
    public List<String> withAlternativeTo(Collection<String> providers) {
        return rules.stream().filter(rule -> {
            long named = rule.providers().stream().filter(one -> providers.contains(one.provider())).count();
            return 0 < named && named < rule.providers().size();
        }).map(ProviderRule::name).toList();
    }

    /** Every provider that a rule names; each needs its route. */
    public Set<String> providers() {
        return rules.stream().flatMap(rule -> rule.providers().stream()).map(Weighted::provider)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Where a provider is named, for messages. */
    public String naming(String provider) {
        return rules.stream().filter(rule -> rule.providers().stream().anyMatch(one -> one.provider().equals(provider)))
                .map(rule -> rule == fallback ? "payment.provider.default" : "rule '" + rule.name() + "' of " + file)
                .collect(Collectors.joining(" and "));
    }

    /** Where the file is: what is packaged gives way to the folder's file of the same name. */
    private static String located(String location) {
        return location.startsWith(CLASSPATH)
                ? ConfigFolder.ofProcess().file(location.substring(CLASSPATH.length())).map(file -> FILE + file)
                        .orElse(location)
                : location;
    }

    private static String read(String location) {
        try {
            if (location.startsWith(FILE)) {
                return Files.readString(Path.of(location.substring(FILE.length())));
            }
            if (location.startsWith(CLASSPATH)) {
                return packaged(location.substring(CLASSPATH.length()));
            }
        } catch (IOException e) {
            throw new InvalidProviderRulesException("payment.provider.rules is '" + location
                    + "', which cannot be read as UTF-8 text: name a file that exists and is readable, such as "
                    + "file:/etc/payroute/provider-rules.yaml.");
        }
        throw new InvalidProviderRulesException(
                "payment.provider.rules is '" + location + "': it must begin with " + FILE + " or " + CLASSPATH + ".");
    }

    private static String packaged(String name) throws IOException {
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream(name)) {
            if (file == null) {
                throw new IOException("not found");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
