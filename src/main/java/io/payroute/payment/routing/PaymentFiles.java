package io.payroute.payment.routing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.hook.PaymentHooks;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.provider.ProviderNeeds;
import io.payroute.platform.ConfigFolder;
import io.payroute.platform.route.Hook;
import io.payroute.platform.route.QueueSteps;
import io.payroute.platform.route.RoleFiles;

/** What the role requires of its routes, and of the provider rules in the folder. */
public final class PaymentFiles implements RoleFiles {

    private static final Pattern ROUTE = Pattern.compile("(?m)^(?=- )");
    private static final String DECLARED = "kamelet:provider-http";
    /** What the kamelet takes unless told otherwise needs a key. */
    private static final Pattern WITHOUT_KEY = Pattern.compile("\\bauthentication: *[\"']?none\\b");
    private static final Pattern PROVIDER = Pattern.compile("(?m)^ *id: *[\"']?provider-([a-z0-9]+)[\"']? *$");

    @Override
    public QueueSteps steps() {
        return PaymentQueues.STEPS;
    }

    @Override
    public List<Hook> hooks() {
        return PaymentHooks.ALL;
    }

    @Override
    public List<Problem> problems(ConfigFolder folder, Set<String> routeIds) {
        Optional<Path> file = folder.file("provider-rules.yaml");
        return file.isPresent() ? problems(file.get(), routeIds) : List.of();
    }

    /** Of the providers in use, those need a secret key that say so: Stripe, and what declares its authentication in the folder. */
    @Override
    public List<String> missing(ConfigFolder folder, UnaryOperator<String> config) {
        if ("false".equals(config.apply("role." + PaymentRole.NAME))) {
            return List.of();
        }
        ProviderRules rules;
        try {
            rules = new ProviderRules(or(config.apply("payment.provider.rules"), "classpath:provider-rules.yaml"),
                    or(config.apply("payment.provider.default"), "sandbox"));
        } catch (InvalidProviderRulesException e) {
            return List.of(e.getMessage());
        }
        Set<String> withKey = new HashSet<>(Set.of("stripe"));
        folder.routes().forEach(file -> keys(file).forEach((provider, needed) -> {
            withKey.remove(provider);
            if (needed) {
                withKey.add(provider);
            }
        }));
        return rules.providers().stream().filter(withKey::contains)
                .filter(provider -> or(config.apply(ProviderNeeds.apiKey(provider)), "").isBlank())
                .map(provider -> ProviderNeeds.apiKeyMissing(provider) + "; or name another provider than '" + provider
                        + "', which is named by " + rules.naming(provider) + ".")
                .toList();
    }

    private static String or(String value, String otherwise) {
        return value == null ? otherwise : value;
    }

    /** The providers whose routes stand in a file, and whether a route needs a key. */
    private static Map<String, Boolean> keys(Path file) {
        Map<String, Boolean> keys = new HashMap<>();
        try {
            for (String route : ROUTE.split(Files.readString(file))) {
                PROVIDER.matcher(route).results().forEach(found -> keys.put(found.group(1),
                        route.contains(DECLARED) && !WITHOUT_KEY.matcher(route).find()));
            }
        } catch (IOException e) {
            // The check has said so.
        }
        return keys;
    }

    private static List<Problem> problems(Path file, Set<String> routeIds) {
        List<Problem> problems = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            try {
                new ProviderRules(file.toString(), String.join("\n", lines), "sandbox").providers().stream()
                        .filter(provider -> !routeIds.contains("provider-" + provider))
                        .forEach(provider -> problems.add(new Problem(file.toString(), lineOf(lines, provider),
                                "there is no route 'provider-" + provider + "', which would charge for this provider.")));
            } catch (InvalidProviderRulesException e) {
                String message = e.getMessage().replace(file + ", ", "");
                problems.add(new Problem(file.toString(),
                        message.contains("no valid YAML") ? RoleFiles.line(message) : lineOf(lines, quoted(message)),
                        message.lines().findFirst().orElse("")));
            }
        } catch (IOException e) {
            problems.add(new Problem(file.toString(), 1, "it cannot be read as UTF-8 text."));
        }
        return problems;
    }

    /** The reader's messages quote what is wrong, behind the name of the rule. */
    private static String quoted(String message) {
        String[] parts = message.split("'");
        return parts.length > 3 ? parts[3] : parts.length > 1 ? parts[1] : "";
    }

    private static int lineOf(List<String> lines, String word) {
        for (int i = 0; i < lines.size() && !word.isEmpty(); i++) {
            if (!lines.get(i).strip().startsWith("#") && lines.get(i).contains(word)) {
                return i + 1;
            }
        }
        return 1;
    }
}
