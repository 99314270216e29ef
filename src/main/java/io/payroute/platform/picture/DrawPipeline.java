package io.payroute.platform.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.picture.Route.Channel;
import io.payroute.platform.picture.Route.Channel.Kind;

/**
 * Draws the pipeline from the route files alone: a lane for each role, in it a row for each file, and in a row from left to right
 * what comes in, the routes, and where they send to. What leads from row to row (queues, topics, calls) is a line on the left.
 * Unchanged files give the same picture.
 */
public final class DrawPipeline {

    private static final int WIDTH = 1100;
    private static final int[] COLUMN = {348, 600, 852};
    private static final int BOX = 230;
    private static final int CHIP = 194;
    /** Those on the right have more to say. */
    private static final int OUT = 204;
    private static final int CHIP_HEIGHT = 18;
    private static final int IN = COLUMN[0] - 18 - CHIP;

    private record Box(Route route, int x, int y, int height) {
        int middle() {
            return y + 20;
        }

        int bottom() {
            return y + height;
        }
    }

    private final Svg svg = new Svg();
    private final Tracks tracks = new Tracks();
    private final Pipeline pipeline;
    private final Map<Route, Box> boxes = new LinkedHashMap<>();
    private int y = 10;

    private DrawPipeline(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** @param args the folder of the resources, and the file to be written */
    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[1]), draw(Path.of(args[0])));
    }

    static String draw(Path resources) throws IOException {
        return new DrawPipeline(Pipeline.read(resources, null)).draw();
    }

    /** The packaged files, with what the folder replaces and adds. */
    public static String draw(ConfigFolder folder) {
        return PackagedFiles.in(root -> new DrawPipeline(Pipeline.read(root, folder)).draw());
    }

    private String draw() {
        String first = pipeline.routes().stream().filter(route -> route.from().channel().name().equals("POST /pay")).findFirst()
                .map(Route::role).orElse("");
        Map<String, List<Route>> lanes = new TreeMap<>(
                Comparator.comparing((String role) -> !role.equals(first)).thenComparing(role -> role));
        pipeline.routes().forEach(route -> lanes.computeIfAbsent(route.role(), role -> new ArrayList<>()).add(route));
        lanes.forEach(this::lane);
        tracks.draw(svg);
        return svg.text(WIDTH, y - 4, "The pipeline of Payroute", "Every route, and what leads from one to another");
    }

    private void lane(String role, List<Route> routes) {
        int top = y;
        y += 28;
        svg.text("role", IN, y, role);
        y += 8;
        rows(routes.stream().filter(route -> !pipeline.isAlone(route)).toList()).forEach(this::row);
        alone(routes.stream().filter(pipeline::isAlone).toList());
        svg.lane(10, top, WIDTH - 20, y - top);
        y += 14;
    }

    /** One for each file; files of one route that are called by the same step share one, below the step. */
    private List<List<Route>> rows(List<Route> routes) {
        Map<Object, List<Route>> rows = new LinkedHashMap<>();
        for (Route route : routes) {
            boolean alone = routes.stream().filter(other -> other.file().equals(route.file())).count() == 1;
            Object row = alone && feeding(route).name().contains("${") ? feeding(route) : route.file();
            rows.computeIfAbsent(row, key -> new ArrayList<>()).add(route);
        }
        List<List<Route>> order = new ArrayList<>(rows.values());
        rows.values().stream().filter(DrawPipeline::isSeveralFiles).forEach(called -> {
            order.remove(called);
            List<Route> caller = order.stream()
                    .filter(row -> row.stream().anyMatch(route -> pipeline.feeds(route, called.get(0)))).findFirst()
                    .orElseThrow();
            order.add(1 + order.indexOf(caller), called);
        });
        return order;
    }

    private static boolean isSeveralFiles(List<Route> row) {
        return row.stream().map(Route::file).distinct().count() > 1;
    }

    private void row(List<Route> row) {
        y += isSeveralFiles(row) ? 20 : 12;
        int top = y;
        y = exits(row, top, isSeveralFiles(row) ? grid(row) : columns(row));
    }

    /** Boxes that are called by one step, side by side. */
    private int grid(List<Route> row) {
        int bottom = y;
        for (int i = 0; i < row.size(); i++) {
            if (i > 0 && i % COLUMN.length == 0) {
                y = bottom + 16;
            }
            Box box = box(row.get(i), COLUMN[i % COLUMN.length], y);
            bottom = Math.max(bottom, box.bottom());
            fromAbove(feeding(row.get(i)), box);
            if (i % COLUMN.length == 0) {
                chip(feeding(row.get(i)), label(feeding(row.get(i))), IN, CHIP, box.y - 9);
            }
        }
        return bottom;
    }

    /** What comes in from elsewhere on the left, what it calls in the same file beside it. */
    private int columns(List<Route> row) {
        int left = y;
        int right = y;
        int chips = y;
        for (Route route : row) {
            if (callers(route, row).isEmpty()) {
                Box box = box(route, COLUMN[0], left);
                List<Route> called = row.stream().filter(other -> callers(other, row).contains(route)).toList();
                for (Route other : called) {
                    if (!boxes.containsKey(other)) {
                        right = box(other, COLUMN[1], Math.max(left, right)).bottom() + 8;
                    }
                }
                chips = box.middle() + chipHeight(label(feeding(route))) / 2;
                left = Math.max(Math.max(box.bottom(), chips) + 8, called.size() > 1 ? right : 0);
            }
        }
        svg.text("soft", IN + 10, chips + 13, row.get(0).file());
        row.forEach(route -> comesIn(boxes.get(route), row));
        return Math.max(Math.max(left, right) - 8, chips + 16);
    }

    private List<Route> callers(Route route, List<Route> row) {
        return route.from().channel().kind() != Kind.CALL
                ? List.of()
                : row.stream().filter(other -> pipeline.feeds(other, route)).toList();
    }

    private void comesIn(Box box, List<Route> row) {
        List<Route> callers = callers(box.route, row);
        for (Route caller : callers) {
            Box from = boxes.get(caller);
            int turn = box.x - 12;
            svg.line("call", true, from.x + BOX, from.middle(), turn, from.middle(), turn, box.middle(), box.x - 2,
                    box.middle());
        }
        if (callers.isEmpty()) {
            fromLeft(feeding(box.route), box);
        } else if (pipeline.routes().stream().anyMatch(other -> !row.contains(other) && pipeline.feeds(other, box.route))) {
            fromAbove(feeding(box.route), box);
        }
    }

    /** What a step calls it that feeds the route, which may be a pattern; otherwise its own name. */
    private Channel feeding(Route route) {
        Channel from = route.from().channel();
        return pipeline.channels().stream().filter(channel -> channel.leadsTo(from)).findFirst().orElse(from);
    }

    private Box box(Route route, int x, int top) {
        List<String> lines = Svg.wrapped(route.description().replaceFirst("\\.$", ""), BOX - 16, 5.7);
        Box box = new Box(route, x, top, 22 + 13 * lines.size());
        svg.box(x, top, BOX, box.height);
        svg.text("id", x + 8, top + 15, route.id());
        for (int i = 0; i < lines.size(); i++) {
            svg.text("soft", x + 8, top + 29 + 13 * i, lines.get(i));
        }
        boxes.put(route, box);
        return box;
    }

    private void fromLeft(Channel in, Box box) {
        int at = box.middle();
        chip(in, label(in), IN, CHIP, at);
        svg.line(in.style(), true, IN + CHIP, at, box.x - 2, at);
        // The relay takes what is on its way to any of its topics.
        List<Channel> lines = in.kind() == Kind.OUTBOX ? pipeline.exits(box.route) : List.of(in);
        lines.stream().filter(pipeline.channels()::contains)
                .forEach(one -> tracks.join(one, at, () -> svg.line(one.style(), false, tracks.x(one), at, IN, at)));
    }

    private void fromAbove(Channel in, Box box) {
        int above = box.y - 9;
        int x = box.x + BOX - 20;
        tracks.join(in, above, () -> svg.line(in.style(), true, tracks.x(in), above, x, above, x, box.y - 2));
    }

    /** On the right where a row sends to, and from there back to the lines on the left. */
    private int exits(List<Route> row, int top, int bottom) {
        Map<Channel, Set<Route>> exits = new LinkedHashMap<>();
        row.stream().filter(route -> route.from().channel().kind() != Kind.OUTBOX)
                .forEach(route -> pipeline.exits(route).stream()
                        .filter(exit -> exit.kind() != Kind.CALL || !row.containsAll(pipeline.consumers(exit)))
                        .forEach(exit -> exits.computeIfAbsent(exit, key -> new LinkedHashSet<>()).add(route)));
        Map<Channel, Integer> back = new LinkedHashMap<>();
        int at = top;
        int low = bottom;
        int number = 0;
        for (Map.Entry<Channel, Set<Route>> exit : exits.entrySet()) {
            Channel out = exit.getKey();
            int first = exit.getValue().stream().mapToInt(route -> boxes.get(route).middle()).min().orElseThrow();
            int middle = Math.max(at + CHIP_HEIGHT / 2, first);
            at = middle + CHIP_HEIGHT / 2 + 4;
            low = Math.max(low, at - 4);
            chip(out, out.kind() == Kind.TOPIC ? List.of("outbox \u2192 " + out.name()) : label(out), COLUMN[2], OUT, middle);
            for (Route route : exit.getValue()) {
                leave(out, boxes.get(route), row, number, middle);
            }
            number++;
            if (!pipeline.consumers(out).isEmpty()) {
                back.put(out, middle);
            }
        }
        int turn = COLUMN[2] + OUT + 1 + 5 * back.size();
        for (Map.Entry<Channel, Integer> out : back.entrySet()) {
            low += 5;
            back(out.getKey(), out.getValue(), turn, low);
            turn -= 5;
        }
        return low;
    }

    private void back(Channel out, int middle, int turn, int low) {
        tracks.join(out, low,
                () -> svg.line(out.style(), false, COLUMN[2] + OUT, middle, turn, middle, turn, low, tracks.x(out), low));
    }

    /** To the right, and around what stands there. */
    private void leave(Channel out, Box box, List<Route> row, int number, int chip) {
        int turn = COLUMN[2] - 8 - 4 * (number % 4);
        int start = Math.min(box.middle() - 4 + 4 * number, box.bottom() - 4);
        if (row.stream().map(boxes::get).anyMatch(other -> other.x > box.x && other.y <= start && start <= other.bottom())) {
            int below = 4 + row.stream().map(boxes::get).mapToInt(Box::bottom).max().orElseThrow();
            svg.line(out.style(), true, box.x + 20, box.bottom(), box.x + 20, below, turn, below, turn, chip, COLUMN[2] - 2,
                    chip);
        } else {
            svg.line(out.style(), true, box.x + BOX, start, turn, start, turn, chip, COLUMN[2] - 2, chip);
        }
    }

    private static int chipHeight(List<String> lines) {
        return CHIP_HEIGHT + 12 * (lines.size() - 1);
    }

    private void chip(Channel channel, List<String> lines, int x, int width, int middle) {
        int top = middle - chipHeight(lines) / 2;
        svg.chip(channel.style(), x, top, width, chipHeight(lines));
        for (int i = 0; i < lines.size(); i++) {
            svg.text("soft", x + 10, top + 13 + 12 * i, lines.get(i));
        }
    }

    private static List<String> label(Channel channel) {
        String name = channel.name().replaceAll("\\$\\{[^}]+}", "*");
        return switch (channel.kind()) {
            case CALL -> List.of("direct:" + name);
            case QUEUE -> List.of("work:" + name);
            case OUTBOX -> List.of("outbox:" + name);
            case TOPIC -> List.of("kafka:" + name);
            case GRPC -> List.of("grpc:" + name.replaceFirst(".*/", ""));
            case TIMER -> List.of("timer");
            case HTTP -> Svg.wrapped(name.replaceAll("(?<=[^ ])/", " /"), CHIP - 30, 5.7).stream()
                    .map(line -> line.replace(" /", "/").replaceFirst("^([A-Z]+)/", "$1 /")).toList();
            default -> List.of(name);
        };
    }

    /** Requests and ticks that lead nowhere further. */
    private void alone(List<Route> routes) {
        if (!routes.isEmpty()) {
            svg.text("soft", IN, y + 14, "Requests and timers whose route calls no other:");
            int rows = (routes.size() + 1) / 2;
            for (int i = 0; i < routes.size(); i++) {
                Channel in = routes.get(i).from().channel();
                int x = IN + i / rows * 464;
                int line = y + 34 + i % rows * 15;
                svg.text("id", x, line, routes.get(i).id());
                svg.text("soft", x + 206, line, in.kind() == Kind.TIMER ? "timer" : in.name());
            }
            y += 30 + rows * 15;
        }
        y += 10;
    }
}
