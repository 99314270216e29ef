package io.payroute.platform.reload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.apache.camel.util.SensitiveUtils;

/**
 * Hides values of keys that look like secrets in text that is stored and shown to others than its author: an option of a step, a
 * header, a parameter of an address, the user in front of a host. A placeholder stays, since it says nothing.
 */
final class Secrets {

    private static final String HIDDEN = "***";
    private static final Pattern NAME = Pattern.compile(
            "(?i).*(password|passwd|passphrase|secret|token|credential|api-?_?key|private-?_?key|access-?_?key|signing-?_?key|"
                    + "authorization|authentication|bearer|cookie).*");
    /** An option of YAML or of properties; group 1 goes as far as the value, group 2 is the name. */
    private static final Pattern OPTION = Pattern.compile("^([ +-]?[\\s-]*[\"']?([A-Za-z0-9_.-]+)[\"']?\\s*[:=]\\s*)(\\S.*)$");
    private static final Pattern PARAMETER = Pattern.compile("([?&;]([A-Za-z0-9_.-]+)=)([^&;\\s\"']+)");
    private static final Pattern USER = Pattern.compile("(://[^/\\s:@]+:)[^/\\s@]+(?=@)");
    private static final Pattern HARMLESS = Pattern
            .compile("[\"']?(\\{\\{[^{}]*}}|\\$\\{[^{}]*}|true|false|null|[|>][+-]?)?[\"']?");

    private int named;
    private int block = -1;

    private Secrets() {
    }

    static String masked(String text) {
        Secrets secrets = new Secrets();
        return text.lines().map(secrets::line).collect(Collectors.joining("\n"));
    }

    private static boolean isSecret(String name) {
        return NAME.matcher(name).matches() || SensitiveUtils.containsSensitive(name);
    }

    private String line(String line) {
        int indent = line.length() - line.replaceFirst("^[ +-]?[\\s-]*", "").length();
        if (block >= 0 && indent > block) {
            return line.substring(0, indent) + HIDDEN;
        }
        block = -1;
        Matcher option = OPTION.matcher(line);
        if (!option.matches()) {
            return parameters(line);
        }
        String value = option.group(3).strip();
        boolean secret = isSecret(option.group(2)) || named > 0 && option.group(2).matches("expression|constant|simple|value");
        named = option.group(2).equals("name") && isSecret(value) ? 3 : Math.max(0, named - 1);
        if (secret && value.matches("[|>].*")) {
            block = indent;
        }
        return secret && !HARMLESS.matcher(value).matches() ? option.group(1) + HIDDEN : parameters(line);
    }

    private static String parameters(String line) {
        String hidden = PARAMETER.matcher(line).replaceAll(found -> Matcher.quoteReplacement(
                isSecret(found.group(2)) && !HARMLESS.matcher(found.group(3)).matches()
                        ? found.group(1) + HIDDEN
                        : found.group()));
        return USER.matcher(hidden).replaceAll("$1" + HIDDEN);
    }
}
