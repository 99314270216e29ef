package io.payroute.platform.route.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A YAML file as a tree that knows its lines. */
final class SourceFile {

    private final String name;
    private final String text;
    private final boolean packaged;
    private Optional<Node> tree;
    private Finding wrong;

    /** @param packaged ours, not one of the folder */
    SourceFile(String name, String text, boolean packaged) {
        this.name = name;
        this.text = text;
        this.packaged = packaged;
    }

    String name() {
        return name;
    }

    String text() {
        return text;
    }

    boolean packaged() {
        return packaged;
    }

    boolean isKamelet() {
        return name.endsWith(".kamelet.yaml");
    }

    /** Reads it when it is asked first. @return empty when it is no YAML, which is reported */
    Optional<Node> tree(Findings findings) {
        if (tree == null) {
            tree = read();
        }
        if (wrong != null) {
            findings.add(wrong);
        }
        return tree;
    }

    private Optional<Node> read() {
        try {
            Optional<Node> root = new Compose(LoadSettings.builder().setLabel(name).build()).composeString(text);
            if (root.isEmpty()) {
                wrong = new Finding(name, 1, "the file is empty: write a list of routes, or remove it.");
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            String context = e.getContext() == null
                    ? ""
                    : " (" + e.getContext() + e.getContextMark()
                            .filter(mark -> mark.getLine() + 1 != line).map(mark -> " in line " + (mark.getLine() + 1))
                            .orElse("") + ")";
            wrong = new Finding(name, line, "this is no valid YAML: " + e.getProblem() + context
                    + ". Look at the indentation and the quotes of this line and the one above.");
            return Optional.empty();
        } catch (YamlEngineException e) {
            wrong = new Finding(name, 1, "this is no valid YAML: " + e.getMessage());
            return Optional.empty();
        }
    }

    static int line(Node node) {
        return node == null ? 1 : node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    static List<NodeTuple> entries(Node node) {
        return node instanceof MappingNode map ? map.getValue() : List.of();
    }

    static List<Node> items(Node node) {
        return node instanceof SequenceNode list ? list.getValue() : List.of();
    }

    static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    static String key(NodeTuple entry) {
        return text(entry.getKeyNode());
    }

    /** @return null when there is none */
    static Node at(Node node, String... keys) {
        Node at = node;
        for (String key : keys) {
            at = entries(at).stream().filter(entry -> key.equals(key(entry))).map(NodeTuple::getValueNode).findFirst()
                    .orElse(null);
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    static String textAt(Node node, String... keys) {
        return text(at(node, keys));
    }

    /** All text in a tree, keys too. */
    static List<ScalarNode> scalars(Node node) {
        List<ScalarNode> all = new ArrayList<>();
        if (node instanceof ScalarNode scalar) {
            all.add(scalar);
        }
        entries(node).forEach(entry -> {
            all.addAll(scalars(entry.getKeyNode()));
            all.addAll(scalars(entry.getValueNode()));
        });
        items(node).forEach(item -> all.addAll(scalars(item)));
        return all;
    }
}
