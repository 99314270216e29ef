package io.payroute.platform.route.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.JsonNodeReader;

/**
 * Holds files to Camel's own schema of its YAML, which Kaoto opens them by: names of steps and options, what must be there, and of
 * which type. A placeholder may stand for a number or a flag; what it stands for is checked elsewhere.
 */
final class SchemaCheck {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");
    private static final JsonNodeReader READER = JsonNodeReader.builder().build();

    private final Findings findings;
    private final JsonNode rules;
    private final JsonSchema schema;

    SchemaCheck(Findings findings) {
        this.findings = findings;
        try (InputStream text = SchemaCheck.class.getClassLoader().getResourceAsStream("schema/camelYamlDsl.json")) {
            rules = new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonMetaSchema words = JsonMetaSchema.builder(JsonMetaSchema.getV4()).keyword(new NonValidationKeyword("deprecated"))
                .build();
        // Of its 800 definitions those are read that are met.
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4, factory -> factory.metaSchema(words)).getSchema(
                rules,
                SchemaValidatorsConfig.builder().locale(Locale.ENGLISH).preloadJsonSchema(false).build());
    }

    void check(SourceFile file) {
        JsonNode content;
        try {
            content = READER.readTree(file.text(), InputFormat.YAML);
        } catch (IOException | RuntimeException e) {
            return;
        }
        if (file.isKamelet()) {
            JsonNode template = content.path("spec").path("template");
            if (template.has("from")) {
                check(file, asRoute(template));
            }
        } else if (!content.isArray()) {
            findings.add(file, 1, "a file of routes is a list: begin it with '- route:'.");
        } else {
            check(file, content);
        }
    }

    private static JsonNode asRoute(JsonNode template) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return nodes.arrayNode().add(nodes.objectNode().set("from", template.get("from")));
    }

    private void check(SourceFile file, JsonNode content) {
        List<ValidationMessage> messages = schema.validate(content).stream().filter(message -> !isPlaceholder(message))
                .sorted(Comparator.comparing(SchemaCheck::depth).reversed()).toList();
        List<JsonNodePath> told = new ArrayList<>();
        for (ValidationMessage message : messages) {
            JsonNodePath at = message.getInstanceLocation();
            // Of alternatives, all that do not fit are reported: the deepest says what was meant, and of one place the plainest.
            boolean isTold = told.stream().anyMatch(deeper -> deeper.startsWith(at) && !deeper.equals(at));
            boolean isPlainer = messages.stream()
                    .anyMatch(other -> other.getInstanceLocation().equals(at) && rank(other) < rank(message));
            if (!isTold && !isPlainer) {
                told.add(at);
                findings.add(file, line(file, message), sentence(message));
            }
        }
    }

    private static int rank(ValidationMessage message) {
        int rank = List.of("additionalProperties", "enum", "required", "type").indexOf(message.getType());
        return rank < 0 ? Integer.MAX_VALUE : rank;
    }

    private static int depth(ValidationMessage message) {
        return message.getInstanceLocation().getNameCount();
    }

    private static boolean isPlaceholder(ValidationMessage message) {
        return message.getType().equals("type") && message.getInstanceNode().isTextual()
                && PLACEHOLDER.matcher(message.getInstanceNode().textValue()).matches();
    }

    /** Where the name stands of what is wrong; what the validator knows is where its content begins. */
    private static int line(SourceFile file, ValidationMessage message) {
        Node at = file.tree(new Findings()).orElseThrow();
        int line = SourceFile.line(at);
        List<Object> path = new ArrayList<>();
        for (int i = 0; i < message.getInstanceLocation().getNameCount(); i++) {
            path.add(message.getInstanceLocation().getElement(i));
        }
        if (file.isKamelet()) {
            path.remove(0);
            at = SourceFile.at(at, "spec", "template");
        }
        if (message.getProperty() != null && message.getInstanceNode().has(message.getProperty())) {
            path.add(message.getProperty());
        }
        for (Object name : path) {
            if (name instanceof Integer index) {
                at = SourceFile.items(at).get(index);
                line = SourceFile.line(at);
            } else {
                NodeTuple entry = SourceFile.entries(at).stream().filter(one -> name.equals(SourceFile.key(one))).findFirst()
                        .orElseThrow();
                at = entry.getValueNode();
                line = SourceFile.line(entry.getKeyNode());
            }
        }
        return line;
    }

    private String sentence(ValidationMessage message) {
        String where = where(message.getInstanceLocation());
        return switch (message.getType()) {
            case "additionalProperties" -> unknown(message, where);
            case "required" -> where + " needs '" + message.getProperty() + "'.";
            case "type" -> type(message, where);
            case "enum" -> where + " is '" + message.getInstanceNode().asText() + "'"
                    + Findings.meant(allowed(message), message.getInstanceNode().asText());
            default -> where + ": " + message.getMessage().replaceFirst("^\\S+: ", "") + ".";
        };
    }

    private static String type(ValidationMessage message, String where) {
        String needed = message.getMessage().replaceFirst("(?s).*, (\\S+) expected.*", "$1");
        String words = Map.of("boolean", "true or false", "number", "a number", "integer", "a whole number", "string", "text",
                "array", "a list", "object", "a block of options").getOrDefault(needed, needed);
        JsonNode node = message.getInstanceNode();
        boolean quoted = node.isTextual() && node.textValue().matches("true|false|-?[0-9.]+");
        return where + (node.isValueNode() ? " is '" + node.asText() + "' and" : "") + " must be " + words
                + (quoted ? ", without quotes." : ".");
    }

    /** The name of the step or option, without its numbers. */
    private static String where(JsonNodePath path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            if (!path.getName(i).matches("[0-9]+")) {
                return "'" + path.getName(i) + "'";
            }
        }
        return "the file";
    }

    private String unknown(ValidationMessage message, String where) {
        String name = message.getProperty();
        String last = message.getInstanceLocation().getNameCount() == 0 ? "0" : message.getInstanceLocation().getName(-1);
        String what = last.matches("[0-9]+") && where.matches("'(steps|the file)'|the file")
                ? "there is no step '" + name + "'"
                : where + " has no option '" + name + "'";
        return what + Findings.meant(names(message), name);
    }

    private Set<String> names(ValidationMessage message) {
        Set<String> names = new TreeSet<>();
        beside(message).path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private Set<String> allowed(ValidationMessage message) {
        Set<String> values = new TreeSet<>();
        beside(message).path("enum").forEach(value -> values.add(value.asText()));
        return values;
    }

    /** The part of the schema that was not kept. */
    private JsonNode beside(ValidationMessage message) {
        JsonNodePath path = message.getSchemaLocation().getFragment();
        JsonNode at = rules;
        for (int i = 0; i < path.getNameCount() - 1; i++) {
            at = at.isArray() ? at.path(Integer.parseInt(path.getName(i))) : at.path(path.getName(i));
        }
        return at;
    }
}
