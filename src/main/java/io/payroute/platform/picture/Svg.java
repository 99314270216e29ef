package io.payroute.platform.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An SVG text that is the same for the same drawing: whole numbers, no fonts of its own, readable on light and dark pages. */
final class Svg {

    private static final String STYLE = """
            text { font: 12px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
            .id { font-weight: 600 }
            .soft { font-size: 11px }
            .role { font-size: 17px; font-weight: 600 }
            path { fill: none; stroke-width: 1.6 }
            rect { stroke-width: 1.2 }
            """;
    /** What is drawn, and its colours on a light and on a dark page. */
    private static final String[][] COLOURS = {{"text", "fill", "#1f2328", "#f0f6fc"}, {".soft", "fill", "#59636e", "#a5adb6"},
            {".page", "fill", "#ffffff", "#0d1117"}, {".lane", "fill", "#f6f8fa", "#151b23"},
            {".lane", "stroke", "#d0d7de", "#3d444d"}, {".box, .chip", "fill", "#ffffff", "#0d1117"},
            {".box", "stroke", "#59636e", "#a5adb6"}};
    /** The same for lines, by what is on its way. */
    private static final String[][] KINDS = {{"call", "#6e7781", "#9198a1"}, {"queue", "#0969da", "#4493f8"},
            {"topic", "#bc4c00", "#e0823d"}, {"grpc", "#1a7f37", "#3fb950"}, {"http", "#8250df", "#ab7df8"},
            {"end", "#cf222e", "#f85149"}};

    private final StringBuilder back = new StringBuilder();
    private final StringBuilder lines = new StringBuilder();
    private final StringBuilder front = new StringBuilder();

    /** Behind the lines. */
    void lane(int x, int y, int width, int height) {
        back.append(rectangle("lane", x, y, width, height, 10));
    }

    void box(int x, int y, int width, int height) {
        front.append(rectangle("box", x, y, width, height, 6));
    }

    void chip(String kind, int x, int y, int width, int height) {
        front.append(rectangle("chip s-" + kind, x, y, width, height, height / 2));
    }

    void text(String style, int x, int y, String text) {
        front.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(style, x, y, escaped(text)));
    }

    /** @param corners x, y, x, y … */
    void line(String kind, boolean arrow, int... corners) {
        StringBuilder path = new StringBuilder("M" + corners[0] + " " + corners[1]);
        for (int i = 2; i < corners.length; i += 2) {
            path.append(" L").append(corners[i]).append(' ').append(corners[i + 1]);
        }
        lines.append("<path class=\"s-%s\" d=\"%s\"%s/>\n".formatted(kind, path,
                arrow ? " marker-end=\"url(#to-" + kind + ")\"" : ""));
    }

    void dot(String kind, int x, int y) {
        lines.append("<circle class=\"f-%s\" cx=\"%d\" cy=\"%d\" r=\"3\"/>\n".formatted(kind, x, y));
    }

    String text(int width, int height, String title, String description) {
        StringBuilder arrows = new StringBuilder();
        for (String[] kind : KINDS) {
            arrows.append(
                    ("<marker id=\"to-%1$s\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\" "
                            + "orient=\"auto\"><path class=\"f-%1$s\" d=\"M0 0 L8 4 L0 8 Z\"/></marker>\n").formatted(kind[0]));
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\" role=\"img\" "
                .formatted(width, height)
                + "aria-labelledby=\"title description\">\n<title id=\"title\">" + escaped(title)
                + "</title>\n<desc id=\"description\">" + escaped(description) + "</desc>\n<style>\n" + STYLE + colours(0)
                + "@media (prefers-color-scheme: dark) {\n" + colours(1) + "}\n</style>\n<defs>\n" + arrows + "</defs>\n"
                + rectangle("page", 0, 0, width, height, 0) + back + lines + front + "</svg>\n";
    }

    private static String colours(int page) {
        StringBuilder rules = new StringBuilder();
        for (String[] colour : COLOURS) {
            rules.append("%s { %s: %s }\n".formatted(colour[0], colour[1], colour[2 + page]));
        }
        for (String[] kind : KINDS) {
            rules.append(".s-%1$s { stroke: %2$s } .f-%1$s { fill: %2$s }\n".formatted(kind[0], kind[1 + page]));
        }
        return rules.toString();
    }

    /** The lines of a text of this width in pixels, as wide as letters of this size are on average. */
    static List<String> wrapped(String text, int width, double letter) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && (line.length() + 1 + word.length()) * letter > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static String rectangle(String style, int x, int y, int width, int height, int round) {
        return String.format(Locale.ROOT, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>\n",
                style, x, y,
                width, height, round);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
